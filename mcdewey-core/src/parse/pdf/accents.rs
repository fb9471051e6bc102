//! Letters and accents that are printed one over the other, as TeX does without a font that has
//! both together.

use super::content::Glyph;
use super::words::{self, Word};

/// Letters with accents: the accent, the letters, and what both make.
const COMPOSED: [(char, &str, &str); 10] = [
    ('˘', "aegiouAEGIOU", "ăĕğĭŏŭĂĔĞĬŎŬ"),
    (
        '´',
        "aeiouyAEIOUYcnszrlCNSZRLı",
        "áéíóúýÁÉÍÓÚÝćńśźŕĺĆŃŚŹŔĹí",
    ),
    ('`', "aeiouAEIOUı", "àèìòùÀÈÌÒÙì"),
    ('¨', "aeiouyAEIOUYı", "äëïöüÿÄËÏÖÜŸï"),
    ('ˆ', "aeiouAEIOUcghjswyı", "âêîôûÂÊÎÔÛĉĝĥĵŝŵŷî"),
    ('˜', "anoANOiuı", "ãñõÃÑÕĩũĩ"),
    ('ˇ', "cdenrstzCDENRSTZ", "čďěňřšťžČĎĚŇŘŠŤŽ"),
    ('˚', "auAU", "åůÅŮ"),
    ('¸', "cstCST", "çşţÇŞŢ"),
    ('˙', "zegIZ", "żėġİŻ"),
];

/// An accent, also in the spellings of fonts that take the nearest character for it.
fn accent(c: char) -> Option<char> {
    let accent = match c {
        '^' | '\u{302}' => 'ˆ',
        '~' | '\u{303}' => '˜',
        '\u{301}' => '´',
        '\u{300}' => '`',
        '\u{308}' => '¨',
        '\u{306}' => '˘',
        '\u{30C}' => 'ˇ',
        '\u{327}' => '¸',
        other => other,
    };
    COMPOSED.iter().any(|row| row.0 == accent).then_some(accent)
}

fn compose(mark: char, letter: char) -> Option<char> {
    let (_, letters, composed) = COMPOSED.iter().find(|row| row.0 == mark)?;
    let index = letters.chars().position(|other| other == letter)?;
    composed.chars().nth(index)
}

/// Puts an accent and the letter that it is printed over together, whichever comes first. `false`
/// if `glyph` has to be added to the last word, or to another, as it stands.
pub(super) fn merge(
    words: &mut [Word],
    text: &mut String,
    last: Option<&Glyph>,
    glyph: &Glyph,
) -> bool {
    let (Some(last), Some(word)) = (last, words.last_mut()) else {
        return false;
    };
    let (middle, start, end) = (f32::midpoint(glyph.x0, glyph.x1), last.x0, last.x1);
    let is_over = middle > start - 0.1 * glyph.size && middle < end + 0.1 * glyph.size;
    let is_near = (glyph.y - last.y).abs() < 0.4 * glyph.size;
    // A letter after a printed `^` is no accented letter: the pen must have gone back.
    if !is_over || !is_near || glyph.x0 > end - 0.3 * (end - start) {
        return false;
    }
    let composed = match (accent(last.c), accent(glyph.c)) {
        (Some(mark), None) => compose(mark, glyph.c),
        (None, Some(mark)) => compose(mark, last.c),
        _ => None,
    };
    let (Some(composed), true) = (composed, text.ends_with(last.c)) else {
        return false;
    };
    text.pop();
    text.push(composed);
    word.end = words::end_of(text);
    word.x0 = word.x0.min(glyph.x0);
    word.x1 = word.x1.max(glyph.x1);
    if accent(glyph.c).is_none() {
        // The letter says where the line is.
        word.y = if word.n_chars == 1 { glyph.y } else { word.y };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_has_what_it_makes() {
        for (_, letters, composed) in COMPOSED {
            assert_eq!(
                letters.chars().count(),
                composed.chars().count(),
                "{letters}"
            );
        }
        assert_eq!(compose('¨', 'o'), Some('ö'));
        assert_eq!(
            accent('\u{301}').and_then(|mark| compose(mark, 'e')),
            Some('é')
        );
    }
}
