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
use super::graph::{Graph, Input};
use super::{BuildRunner, Read, Runner, TokenIds};

/// Lengths are planned for as one symbol, or, where a graph does not allow that, as the longest
/// a text can have; shorter texts are then padded.
#[derive(Clone, Copy)]
enum Length {
    Any,
    Padded(usize),
}

struct PlanRunner<T> {
    plan: Arc<Plan>,
    read: Read<T>,
}

/// A model that is ready to run.
struct Plan {
    runnable: Arc<TypedSimplePlan>,
    length: Length,
    inputs: Vec<Input>,
    output_idx: usize,
}

/// What builds runners of one model, for texts of at most `n_positions` tokens. They share one
/// plan, which is made here.
pub(super) fn builder<T: 'static>(
    weights: &Weights,
    graph: &Graph,
    read: Read<T>,
    n_positions: usize,
) -> Result<BuildRunner<T>, String> {
    let plan = unpanicked(|| Plan::new(weights, graph, n_positions))
        .map_err(|error| format!("tract cannot run the model: {error}"))?;
    let plan = Arc::new(plan);
    Ok(Box::new(move || {
        let plan = Arc::clone(&plan);
        Ok(Box::new(PlanRunner { plan, read }))
    }))
}

impl<T> Runner<T> for PlanRunner<T> {
    fn run(&mut self, tokens: &TokenIds) -> Result<T, String> {
        let output = unpanicked(|| self.plan.output(tokens))?;
        let values = output
            .to_plain_array_view::<f32>()
            .map_err(|error| error.to_string())?;
        let values = values.as_slice().ok_or("its output is not contiguous")?;
        (self.read)(output.shape(), values, tokens.ids.len())
    }
}

impl Plan {
    fn new(weights: &[u8], graph: &Graph, n_positions: usize) -> TractResult<Self> {
        let model = parse(weights)?;
        let longest = Length::Padded(n_positions);
        Self::of_length(model.clone(), graph, Length::Any)
            .or_else(|_| Self::of_length(model, graph, longest))
    }

    fn of_length(model: InferenceModel, graph: &Graph, length: Length) -> TractResult<Self> {
        Ok(Self {
            runnable: plan(model, length)?,
            length,
            inputs: graph.inputs.clone(),
            output_idx: graph.output_idx,
        })
    }

    fn output(&self, tokens: &TokenIds) -> TractResult<TValue> {
        let length = match self.length {
            Length::Any => tokens.ids.len(),
            Length::Padded(length) => length,
        };
        let inputs = self
            .inputs
            .iter()
            .map(|input| {
                let values = input.values(tokens, length);
                Ok(Tensor::from_shape(&[1, length], &values)?.into_tvalue())
            })
            .collect::<TractResult<TVec<TValue>>>()?;
        Ok(self.runnable.run(inputs)?.swap_remove(self.output_idx))
    }
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
