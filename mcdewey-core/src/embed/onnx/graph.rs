//! What an ONNX graph takes and gives: its bytes in, names and pooling out.

use tract_onnx::pb::{ModelProto, TensorProto, ValueInfoProto, tensor_proto, type_proto};
use tract_onnx::prelude::Framework;

/// The inputs and the output of a sentence-embedding graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Graph {
    /// In the graph's own order.
    pub(super) inputs: Vec<Input>,
    /// Name of the output to read.
    pub(super) output: &'static str,
    /// Its index among the graph's outputs.
    pub(super) output_idx: usize,
}

/// An input that a graph may have: int64, `[batch, sequence]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    Ids,
    Mask,
    TypeIds,
    Positions,
}

const INPUTS: [Input; 4] = [Input::Ids, Input::Mask, Input::TypeIds, Input::Positions];

/// Outputs that can be used, the best first. The first is pooled by the graph itself.
const OUTPUTS: [&str; 3] = [
    "sentence_embedding",
    "last_hidden_state",
    "token_embeddings",
];

impl Graph {
    /// Reads a model's signature, and refuses one that could not be run.
    pub(super) fn parse(weights: &[u8]) -> Result<Self, String> {
        let model = tract_onnx::onnx()
            .proto_model_for_read(&mut &*weights)
            .map_err(|error| format!("model.onnx is not an ONNX model: {error:#}"))?;
        refuse_external_data(&model)?;
        let graph = model
            .graph
            .as_ref()
            .ok_or("model.onnx is not an ONNX model: it holds no graph")?;
        // Old exporters list the weights among the inputs.
        let inputs = graph
            .input
            .iter()
            .filter(|input| !graph.initializer.iter().any(|init| init.name == input.name))
            .map(Input::of)
            .collect::<Result<Vec<_>, _>>()?;
        for needed in [Input::Ids, Input::Mask] {
            if !inputs.contains(&needed) {
                return Err(format!("its graph has no input `{}`", needed.name()));
            }
        }
        let (output, output_idx) = output(&graph.output)?;
        Ok(Self {
            inputs,
            output,
            output_idx,
        })
    }

    /// Who averages over the tokens, for the fingerprint.
    pub(super) fn pooling(&self) -> &'static str {
        if self.output == OUTPUTS[0] {
            "pooled"
        } else {
            "mean"
        }
    }
}

impl Input {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ids => "input_ids",
            Self::Mask => "attention_mask",
            Self::TypeIds => "token_type_ids",
            Self::Positions => "position_ids",
        }
    }

    /// The values for one text, padded with zeros to `length`.
    pub(super) fn values(self, token_ids: &[i64], length: usize) -> Vec<i64> {
        let mut values = match self {
            Self::Ids => token_ids.to_vec(),
            Self::Mask => vec![1; token_ids.len()],
            Self::TypeIds => Vec::new(),
            Self::Positions => (0..).take(length).collect(),
        };
        values.resize(length, 0);
        values
    }

    fn of(info: &ValueInfoProto) -> Result<Self, String> {
        let name = &info.name;
        let input = INPUTS
            .into_iter()
            .find(|input| input.name() == name)
            .ok_or_else(|| {
                let known = INPUTS.map(Self::name).join("`, `");
                format!("its graph has an input `{name}`; known are `{known}`")
            })?;
        match element_type(info) {
            Some(tensor_proto::DataType::Int64) => Ok(input),
            _ => Err(format!("its input `{name}` is not of type int64")),
        }
    }
}

/// The best usable output, and its index.
fn output(outputs: &[ValueInfoProto]) -> Result<(&'static str, usize), String> {
    OUTPUTS
        .into_iter()
        .find_map(|name| {
            let output_idx = outputs.iter().position(|output| output.name == name)?;
            Some((name, output_idx))
        })
        .ok_or_else(|| {
            let known = OUTPUTS.join("`, `");
            let found: Vec<&str> = outputs.iter().map(|output| &*output.name).collect();
            let found = found.join("`, `");
            format!("its graph gives `{found}`, but one of `{known}` is needed")
        })
}

fn element_type(info: &ValueInfoProto) -> Option<tensor_proto::DataType> {
    let Some(type_proto::Value::TensorType(tensor)) = &info.r#type.as_ref()?.value else {
        return None;
    };
    tensor_proto::DataType::try_from(tensor.elem_type).ok()
}

/// Refuses weights in other files: models are loaded from memory, where a path means nothing,
/// and a path in a downloaded model could point anywhere.
fn refuse_external_data(model: &ModelProto) -> Result<(), String> {
    let in_nodes = |graph: &tract_onnx::pb::GraphProto| {
        graph
            .node
            .iter()
            .flat_map(|node| &node.attribute)
            .filter_map(|attribute| attribute.t.as_ref())
            .find(|tensor| is_external(tensor))
            .map(|tensor| tensor.name.clone())
    };
    let in_initializers = |graph: &tract_onnx::pb::GraphProto| {
        graph
            .initializer
            .iter()
            .find(|tensor| is_external(tensor))
            .map(|tensor| tensor.name.clone())
    };
    let external = model
        .graph
        .as_ref()
        .and_then(|graph| in_initializers(graph).or_else(|| in_nodes(graph)));
    match external {
        Some(name) => Err(format!(
            "its weights `{name}` are in another file; save the model as a single file"
        )),
        None => Ok(()),
    }
}

fn is_external(tensor: &TensorProto) -> bool {
    tensor.data_location == Some(tensor_proto::DataLocation::External as i32)
}

/// A unit vector from a graph's output: `[1, dim]` as it is, `[1, sequence, dim]` averaged over
/// the first `n_tokens` positions.
///
/// A vector that cannot be scaled (zero, or not finite) is given as it is; the check that every
/// vector passes before it is stored refuses it by name.
pub(super) fn unit_vector(
    shape: &[usize],
    values: &[f32],
    n_tokens: usize,
) -> Result<Vec<f32>, String> {
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
    fn inputs_are_padded_behind_the_mask() {
        let padded = |input: Input| input.values(&[101, 7, 102], 5);
        assert_eq!(padded(Input::Ids), [101, 7, 102, 0, 0]);
        assert_eq!(padded(Input::Mask), [1, 1, 1, 0, 0]);
        assert_eq!(padded(Input::TypeIds), [0; 5]);
        assert_eq!(padded(Input::Positions), [0, 1, 2, 3, 4]);
    }

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
