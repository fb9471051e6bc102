//! A runner on ONNX Runtime: one session, one thread.

use ort::environment::Environment;
use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;
use ort::value::TensorRef;

use super::files::Weights;
use super::graph::{Graph, Input, unit_vector};
use super::{BuildRunner, Runner};

struct SessionRunner {
    session: Session,
    inputs: Vec<Input>,
    output: &'static str,
}

/// What builds sessions of one model.
pub(super) fn builder(
    weights: &Weights,
    graph: &Graph,
    environment: &'static Environment,
) -> BuildRunner {
    let (weights, graph) = (weights.clone(), graph.clone());
    Box::new(move || {
        let session = load(environment, &weights)
            .map_err(|error| format!("ONNX Runtime refuses the model: {error}"))?;
        Ok(Box::new(SessionRunner {
            session,
            inputs: graph.inputs.clone(),
            output: graph.output,
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

impl Runner for SessionRunner {
    fn run(&mut self, token_ids: &[i64]) -> Result<Vec<f32>, String> {
        self.vector(token_ids).map_err(|error| error.to_string())
    }
}

impl SessionRunner {
    fn vector(&mut self, token_ids: &[i64]) -> ort::Result<Vec<f32>> {
        let n_tokens = token_ids.len();
        let columns: Vec<Vec<i64>> = self
            .inputs
            .iter()
            .map(|input| input.values(token_ids, n_tokens))
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
        unit_vector(&shape, values, n_tokens).map_err(ort::Error::new)
    }
}
