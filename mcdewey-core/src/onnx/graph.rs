//! What an ONNX graph takes and gives: its bytes in, names out.

use tract_onnx::pb::{ModelProto, TensorProto, ValueInfoProto, tensor_proto, type_proto};
use tract_onnx::prelude::Framework;

use super::TokenIds;

/// The inputs and the output of a graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Graph {
    /// In the graph's own order.
    pub(super) inputs: Vec<Input>,
    /// The output to read.
    pub(super) output: Output,
    /// Its index among the graph's outputs.
    pub(super) output_idx: usize,
}

/// An output that a graph may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) name: &'static str,
    /// What is made of it, in a word for the fingerprint.
    pub(crate) reading: &'static str,
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

impl Graph {
    /// Reads a model's signature, and refuses one that could not be run. `outputs` are those that
    /// can be used, the best first.
    pub(super) fn parse(weights: &[u8], outputs: &[Output]) -> Result<Self, String> {
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
        let (output, output_idx) = output(&graph.output, outputs)?;
        Ok(Self {
            inputs,
            output,
            output_idx,
        })
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
    pub(super) fn values(self, tokens: &TokenIds, length: usize) -> Vec<i64> {
        let mut values = match self {
            Self::Ids => tokens.ids.clone(),
            Self::Mask => vec![1; tokens.ids.len()],
            Self::TypeIds => tokens.type_ids.clone(),
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
fn output(outputs: &[ValueInfoProto], usable: &[Output]) -> Result<(Output, usize), String> {
    usable
        .iter()
        .find_map(|usable| {
            let output_idx = outputs
                .iter()
                .position(|output| output.name == usable.name)?;
            Some((*usable, output_idx))
        })
        .ok_or_else(|| {
            let known: Vec<&str> = usable.iter().map(|output| output.name).collect();
            let found: Vec<&str> = outputs.iter().map(|output| &*output.name).collect();
            let (known, found) = (known.join("`, `"), found.join("`, `"));
            let needed = match usable {
                [_] => format!("`{known}` is needed"),
                _ => format!("one of `{known}` is needed"),
            };
            format!("its graph gives `{found}`, but {needed}")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_padded_behind_the_mask() {
        let tokens = TokenIds {
            ids: vec![101, 7, 102],
            type_ids: vec![0, 0, 1],
        };
        let padded = |input: Input| input.values(&tokens, 5);
        assert_eq!(padded(Input::Ids), [101, 7, 102, 0, 0]);
        assert_eq!(padded(Input::Mask), [1, 1, 1, 0, 0]);
        assert_eq!(padded(Input::TypeIds), [0, 0, 1, 0, 0]);
        assert_eq!(padded(Input::Positions), [0, 1, 2, 3, 4]);
    }
}
