//! A runner on tract, for machines without ONNX Runtime.
//!
//! One plan serves texts of every length: the sequence length is a symbol in it. A plan for a
//! fixed length is 10 to 20 % faster per token, but texts padded to the next of several lengths
//! lose about as much, and each length costs 0.15 s to plan and 15 MB. Measured for 200 tokens:
//! 2 300 tokens/s with the symbol, 2 640 at a fixed 192.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tract_onnx::prelude::{
    Datum, Framework, InferenceFact, InferenceModel, InferenceModelExt, IntoRunnable, IntoTValue,
    TDim, TValue, TVec, Tensor, ToDim, TractResult, TypedSimplePlan, tvec,
};

use super::files::Weights;
use super::graph::{Graph, Input, unit_vector};
use super::{BuildRunner, Runner};

/// Lengths are planned for as one symbol, or, where a graph does not allow that, as the longest
/// a text can have; shorter texts are then padded.
#[derive(Clone, Copy)]
enum Length {
    Any,
    Padded(usize),
}

#[derive(Clone)]
struct PlanRunner {
    plan: Arc<TypedSimplePlan>,
    length: Length,
    inputs: Arc<[Input]>,
    output_idx: usize,
}

/// What builds runners of one model, for texts of at most `n_positions` tokens. They share one
/// plan, which is made here.
pub(super) fn builder(
    weights: &Weights,
    graph: &Graph,
    n_positions: usize,
) -> Result<BuildRunner, String> {
    let runner = unpanicked(|| PlanRunner::new(weights, graph, n_positions))
        .map_err(|error| format!("tract cannot run the model: {error}"))?;
    Ok(Box::new(move || Ok(Box::new(runner.clone()))))
}

impl Runner for PlanRunner {
    fn run(&mut self, token_ids: &[i64]) -> Result<Vec<f32>, String> {
        unpanicked(|| self.output(token_ids)).and_then(|output| vector(&output, token_ids.len()))
    }
}

impl PlanRunner {
    fn new(weights: &[u8], graph: &Graph, n_positions: usize) -> TractResult<Self> {
        let model = parse(weights)?;
        let longest = Length::Padded(n_positions);
        Self::of_length(model.clone(), graph, Length::Any)
            .or_else(|_| Self::of_length(model, graph, longest))
    }

    fn of_length(model: InferenceModel, graph: &Graph, length: Length) -> TractResult<Self> {
        Ok(Self {
            plan: plan(model, length)?,
            length,
            inputs: graph.inputs.as_slice().into(),
            output_idx: graph.output_idx,
        })
    }

    fn output(&self, token_ids: &[i64]) -> TractResult<TValue> {
        let length = match self.length {
            Length::Any => token_ids.len(),
            Length::Padded(length) => length,
        };
        let inputs = self
            .inputs
            .iter()
            .map(|input| {
                let values = input.values(token_ids, length);
                Ok(Tensor::from_shape(&[1, length], &values)?.into_tvalue())
            })
            .collect::<TractResult<TVec<TValue>>>()?;
        Ok(self.plan.run(inputs)?.swap_remove(self.output_idx))
    }
}

fn vector(output: &Tensor, n_tokens: usize) -> Result<Vec<f32>, String> {
    let values = output
        .to_plain_array_view::<f32>()
        .map_err(|error| error.to_string())?;
    let values = values.as_slice().ok_or("its output is not contiguous")?;
    unit_vector(output.shape(), values, n_tokens)
}

/// The model as tract reads it. Shapes that an exporter noted on inner values are left aside:
/// symbolic ones stop tract's optimiser.
fn parse(weights: &[u8]) -> TractResult<InferenceModel> {
    tract_onnx::onnx()
        .with_ignore_value_info(true)
        .model_for_read(&mut &*weights)
}

fn plan(mut model: InferenceModel, length: Length) -> TractResult<Arc<TypedSimplePlan>> {
    let length: TDim = match length {
        Length::Any => model.symbols.sym("sequence").into(),
        Length::Padded(length) => length.to_dim(),
    };
    for input_idx in 0..model.inputs.len() {
        let shape = tvec!(1_usize.to_dim(), length.clone());
        model.set_input_fact(input_idx, InferenceFact::dt_shape(i64::datum_type(), shape))?;
    }
    model.into_optimized()?.into_runnable()
}

/// Runs tract's code, whose kernels index without checking: an id beyond the model's vocabulary,
/// from a tokenizer of another model, must not take the process with it.
fn unpanicked<T>(work: impl FnOnce() -> TractResult<T>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(result) => result.map_err(|error| format!("{error:#}")),
        Err(_) => Err("it panicked".to_owned()),
    }
}
