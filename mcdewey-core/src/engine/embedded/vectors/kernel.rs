//! The dot product, with the widest instructions the machine has and the same result on all.

/// Sums run in this many lanes, joined in a fixed order at the end: the order of additions, and
/// so every bit of the result, does not depend on the instructions in use.
const LANES: usize = 16;

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "it must be compiled anew for each instruction set"
)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let (a_blocks, a_rest) = a.as_chunks::<LANES>();
    let (b_blocks, b_rest) = b.as_chunks::<LANES>();
    for (x, y) in a_blocks.iter().zip(b_blocks) {
        for lane in 0..LANES {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    for ((lane, x), y) in lanes.iter_mut().zip(a_rest).zip(b_rest) {
        *lane += x * y;
    }
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
        width /= 2;
    }
    lanes[0]
}

/// Calls `found` with the dot product of `query` and each vector, and what came with the vector.
pub(super) fn score_each<'v, T>(
    query: &[f32],
    vectors: impl Iterator<Item = (&'v [f32], T)>,
    mut found: impl FnMut(f32, T),
) {
    pulp::Arch::new().dispatch(|| {
        for (vector, item) in vectors {
            found(dot(query, vector), item);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_dot_product_for_any_length() {
        for length in 0..70_u16 {
            let a: Vec<f32> = (0..length).map(f32::from).collect();
            let b = vec![2.0; usize::from(length)];
            let expected = f32::from(length) * (f32::from(length) - 1.0);
            let mut scores = Vec::new();
            score_each(&a, [(b.as_slice(), ())].into_iter(), |score, ()| {
                scores.push(score);
            });
            assert_eq!(scores, [if length == 0 { 0.0 } else { expected }]);
        }
    }

    #[test]
    fn the_widest_instructions_give_the_same_bits_as_the_plain_loop() {
        let a: Vec<f32> = (0..384_u16).map(|i| (f32::from(i) * 0.37).sin()).collect();
        let b: Vec<f32> = (0..384_u16).map(|i| (f32::from(i) * 0.71).cos()).collect();
        let plain = dot(&a, &b);
        score_each(&a, [(b.as_slice(), ())].into_iter(), |score, ()| {
            assert_eq!(score.to_bits(), plain.to_bits());
        });
    }
}
