//! A sentence-embedding graph's output in, a unit vector out.

use crate::onnx::{Head, Output};

/// What is read of a sentence-embedding model. The first output is pooled by the graph itself.
pub(super) const VECTOR: Head<Vec<f32>> = Head {
    outputs: &[
        Output {
            name: "sentence_embedding",
            reading: "pooled",
        },
        Output {
            name: "last_hidden_state",
            reading: "mean",
        },
        Output {
            name: "token_embeddings",
            reading: "mean",
        },
    ],
    read: unit_vector,
};

/// A unit vector from a graph's output: `[1, dim]` as it is, `[1, sequence, dim]` averaged over
/// the first `n_tokens` positions.
///
/// A vector that cannot be scaled (zero, or not finite) is given as it is; the check that every
/// vector passes before it is stored refuses it by name.
fn unit_vector(shape: &[usize], values: &[f32], n_tokens: usize) -> Result<Vec<f32>, String> {
    let mut vector = match *shape {
        [1, dim] if dim > 0 => values.to_vec(),
        [1, length, dim] if dim > 0 && length >= n_tokens && n_tokens > 0 => {
            mean(values.chunks_exact(dim).take(n_tokens), dim, n_tokens)
        }
        _ => return Err(format!("its graph gave a tensor of shape {shape:?}")),
    };
    let length = vector.iter().map(|c| c * c).sum::<f32>().sqrt();
    if length.is_normal() {
        for component in &mut vector {
            *component /= length;
        }
    }
    Ok(vector)
}

fn mean<'a>(rows: impl Iterator<Item = &'a [f32]>, dim: usize, n_rows: usize) -> Vec<f32> {
    let mut sums = vec![0.0; dim];
    for row in rows {
        for (sum, component) in sums.iter_mut().zip(row) {
            *sum += component;
        }
    }
    for sum in &mut sums {
        *sum /= n_rows as f32;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_does_not_reach_the_mean() {
        let values = [3.0, 0.0, 0.0, 4.0, 9.0, 9.0];
        let vector = unit_vector(&[1, 3, 2], &values, 2).unwrap();
        assert!((vector[0] - 0.6).abs() < 1e-6 && (vector[1] - 0.8).abs() < 1e-6);
    }

    #[test]
    fn a_pooled_vector_is_scaled_and_a_zero_one_left() {
        assert_eq!(unit_vector(&[1, 2], &[0.0, 5.0], 9).unwrap(), [0.0, 1.0]);
        assert_eq!(unit_vector(&[1, 2], &[0.0, 0.0], 9).unwrap(), [0.0, 0.0]);
    }

    #[test]
    fn a_strange_shape_is_refused() {
        for shape in [&[2, 1][..], &[2], &[1, 0], &[1, 1, 2]] {
            assert!(unit_vector(shape, &[0.5, 0.5], 3).is_err(), "{shape:?}");
        }
    }
}
