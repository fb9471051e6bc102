use super::*;

/// A section as a test writes it: file, headings, words.
type Written<'a> = (usize, &'a str, &'a str);

/// What an item borrows: file, key, words, shingles.
type Read = (usize, Vec<String>, Vec<u32>, Vec<u64>);

/// The pairs of two versions, each section named by its position.
fn aligned(old: &[Written<'_>], new: &[Written<'_>]) -> Vec<(usize, usize)> {
    let mut lexicon: HashMap<String, u32> = HashMap::new();
    let mut read = |sections: &[Written<'_>]| -> Vec<Read> {
        let sections = sections.iter();
        sections
            .map(|&(file, headings, text)| {
                let key = headings.split_terminator('/').map(str::to_owned).collect();
                let numbers = text.split_whitespace().map(|word| {
                    let next = u32::try_from(lexicon.len()).unwrap();
                    *lexicon.entry(word.to_owned()).or_insert(next)
                });
                let words: Vec<u32> = numbers.collect();
                let shingles = shingles(&words);
                (file, key, words, shingles)
            })
            .collect()
    };
    let (old, new) = (read(old), read(new));
    align(&items(&old), &items(&new))
}

fn items(read: &[Read]) -> Vec<Item<'_>> {
    let items = read.iter().map(|(file, key, words, shingles)| Item {
        file: *file,
        key,
        words,
        shingles,
    });
    items.collect()
}

const LOGS: &str = "logs are rotated every night at three and kept for ninety days";
const KEYS: &str = "a key is made with the command keygen and kept in the safe";

#[test]
fn the_same_headings_are_the_same_section_whatever_it_says() {
    assert_eq!(aligned(&[(0, "a/b", LOGS)], &[(0, "a/b", KEYS)]), [(0, 0)]);
}

#[test]
fn the_same_text_elsewhere_was_moved() {
    let new = [(0, "a/keys", KEYS), (1, "c/logs", LOGS)];
    assert_eq!(aligned(&[(0, "a/logs", LOGS)], &new), [(0, 1)]);
}

#[test]
fn a_text_that_stands_in_several_places_was_not_moved() {
    let old = [(0, "a/x", LOGS), (0, "a/y", LOGS)];
    let new = [(0, "c/u", LOGS)];
    assert_eq!(
        aligned(&old, &new),
        [(0, 0)],
        "it is found as one of similar text"
    );
    let short = "none";
    assert_eq!(
        aligned(&[(0, "a/x", short)], &[(1, "b/y", short)]),
        [(0, 0)]
    );
}

#[test]
fn a_similar_text_beside_it_was_renamed() {
    let new_keys = "a key is made with the command keygen and kept in the vault";
    assert_eq!(
        aligned(&[(0, "a/keys", KEYS)], &[(0, "a/secrets", new_keys)]),
        [(0, 0)]
    );
    assert_eq!(aligned(&[(0, "a/keys", KEYS)], &[(0, "a/logs", LOGS)]), []);
}

#[test]
fn headings_that_share_words_need_less_of_the_same_text() {
    let old = "the pool of addresses is given with this flag alone";
    let new = "subnets are taken from ten dot zero unless the pool of addresses is another";
    let to = |heading: &'static str| aligned(&[(0, "a/addr pool", old)], &[(0, heading, new)]);
    assert_eq!(to("a/specify the addr pool"), [(0, 0)]);
    assert_eq!(to("a/networks"), []);
}

#[test]
fn a_section_in_its_place_is_not_taken_for_one_that_is_a_little_like_it_elsewhere() {
    // "See also" of one file says nearly what that of a new file says.
    let old = [(0, "a/see also", "the pages one two three and four")];
    let new = [
        (0, "a/see also", "look at something else"),
        (1, "b/see also", "the pages one two nine and four"),
    ];
    assert_eq!(aligned(&old, &new), [(0, 0)]);
}

#[test]
fn a_part_of_a_text_is_found() {
    let words: Vec<String> = (0..80).map(|word| format!("w{word}")).collect();
    let (long, part) = (words.join(" "), words[20..60].join(" "));
    assert_eq!(
        aligned(&[(0, "a/all", &long)], &[(0, "b/some", &part)]),
        [(0, 0)]
    );
}

#[test]
fn what_stands_under_renamed_headings_follows_them() {
    let old = [
        (0, "setup", KEYS),
        (0, "setup/intro", "old words"),
        (0, "setup/logs", LOGS),
    ];
    let new = [
        (0, "start", KEYS),
        (0, "start/intro", "new text"),
        (0, "start/logs", LOGS),
    ];
    assert_eq!(aligned(&old, &new), [(0, 0), (1, 1), (2, 2)]);
    // Also the heading itself, by what stands under it.
    let old = [(0, "setup", "old words"), (0, "setup/logs", LOGS)];
    let new = [(0, "start", "new text"), (0, "start/logs", LOGS)];
    assert_eq!(aligned(&old, &new), [(0, 0), (1, 1)]);
}

#[test]
fn many_sections_of_one_name_are_aligned_by_their_text_and_in_order() {
    let texts: Vec<String> = (0..150)
        .map(|n| format!("entry {n} of the long list"))
        .collect();
    let old: Vec<Written<'_>> = texts
        .iter()
        .map(|text| (0, "a/entry", text.as_str()))
        .collect();
    let new = &old[1..];
    let pairs = aligned(&old, new);
    assert!(
        pairs.iter().all(|&(before, after)| before == after + 1),
        "{pairs:?}"
    );
}

#[test]
fn halves_are_taken_once() {
    assert_eq!(
        one_to_one([(1, 2), (1, 3), (4, 2), (4, 3)]),
        [(1, 2), (4, 3)]
    );
}
