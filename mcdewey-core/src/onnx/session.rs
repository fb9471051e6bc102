//! A runner on ONNX Runtime: one session, one thread.

use ort::environment::Environment;
use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;
use ort::value::TensorRef;

use super::files::Weights;
use super::graph::{Graph, Input};
use super::{BuildRunner, Read, Runner, TokenIds};

struct SessionRunner<T> {
    session: Session,
    inputs: Vec<Input>,
    output: &'static str,
    read: Read<T>,
}

/// What builds sessions of one model.
pub(super) fn builder<T: 'static>(
    weights: &Weights,
    graph: &Graph,
    read: Read<T>,
    environment: &'static Environment,
) -> BuildRunner<T> {
    let (weights, graph) = (weights.clone(), graph.clone());
    Box::new(move || {
        let session = load(environment, &weights)
            .map_err(|error| format!("ONNX Runtime refuses the model: {error}"))?;
        Ok(Box::new(SessionRunner {
            session,
            inputs: graph.inputs.clone(),
            output: graph.output.name,
            read,
        }))
    })
}

/// A session that computes on the calling thread alone: many of these side by side waste
/// nothing on handing work around, and a sum is always taken in the same order.
fn load(environment: &Environment, weights: &[u8]) -> ort::Result<Session> {
    Session::builder(environment)?
        .with_optimization_level(GraphOptimizationLevel::Level3)?
        .with_parallel_execution(false)?
        .with_intra_threads(1)?
        .with_inter_threads(1)?
        .with_intra_op_spinning(false)?
        .with_inter_op_spinning(false)?
        .commit_from_memory(weights)
}

impl<T> Runner<T> for SessionRunner<T> {
    fn run(&mut self, tokens: &TokenIds) -> Result<T, String> {
        self.read_output(tokens).map_err(|error| error.to_string())
    }
}

impl<T> SessionRunner<T> {
    fn read_output(&mut self, tokens: &TokenIds) -> ort::Result<T> {
        let n_tokens = tokens.ids.len();
        let columns: Vec<Vec<i64>> = self
            .inputs
            .iter()
            .map(|input| input.values(tokens, n_tokens))
            .collect();
        let inputs = self
            .inputs
            .iter()
            .zip(&columns)
            .map(|(input, values)| {
                let tensor = TensorRef::from_array_view(([1, n_tokens], values.as_slice()))?;
                Ok((input.name(), tensor))
            })
            .collect::<ort::Result<Vec<_>>>()?;
        let outputs = self.session.run(inputs)?;
        let output = outputs
            .get(self.output)
            .ok_or_else(|| ort::Error::new("the output is missing"))?;
        let (shape, values) = output.try_extract_tensor::<f32>()?;
        let shape: Vec<usize> = shape
            .iter()
            .map(|&length| usize::try_from(length).unwrap_or(0))
            .collect();
        (self.read)(&shape, values, n_tokens).map_err(ort::Error::new)
    }
}
