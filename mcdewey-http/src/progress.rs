//! The progress bar on stderr, and Ctrl-C.

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use mcdewey_core::ingest::{IngestEvent, IngestProgress};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C and SIGTERM stop the work between two steps; a second one ends the program.
pub(crate) fn stop_on_ctrl_c() -> anyhow::Result<()> {
    on_ctrl_c(|| eprintln!("\nmcdewey: stopping after this step (again to stop at once)"))
}

/// As [`stop_on_ctrl_c`], and calls `first` at the first one.
pub(crate) fn on_ctrl_c(first: impl Fn() + Send + 'static) -> anyhow::Result<()> {
    ctrlc::set_handler(move || {
        if INTERRUPTED.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
        first();
    })?;
    Ok(())
}

/// Shows an ingest on stderr: a bar on a terminal, a line for each commit elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    bar: OnceLock<ProgressBar>,
}

impl IngestProgress for Progress {
    fn event(&self, event: IngestEvent) -> ControlFlow<()> {
        self.show(&event);
        if INTERRUPTED.load(Ordering::SeqCst) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Progress {
    fn show(&self, event: &IngestEvent) {
        match event {
            IngestEvent::Planned { documents, bytes } => self.start(*documents, *bytes),
            IngestEvent::Advanced { bytes, embedded } => {
                if let Some(bar) = self.bar.get() {
                    bar.set_position(*bytes);
                    let seconds = bar.elapsed().as_secs_f64().max(1e-3);
                    let rate = *embedded as f64 / seconds;
                    bar.set_message(format!("{embedded} passages embedded, {rate:.0}/s"));
                }
            }
            IngestEvent::Committed {
                generation,
                documents,
            } => self.line(&format!(
                "committed generation {generation} ({documents} documents)"
            )),
            IngestEvent::Finishing => {
                if let Some(bar) = self.bar.get() {
                    bar.set_message("tidying up");
                }
            }
            _ => {}
        }
    }

    fn start(&self, documents: usize, bytes: u64) {
        if documents == 0 || !std::io::stderr().is_terminal() {
            return;
        }
        let bar = ProgressBar::new(bytes);
        let template =
            "{elapsed_precise} {bar:30} {binary_bytes}/{binary_total_bytes} {msg}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message("reading documents");
        let _already_started = self.bar.set(bar);
    }

    fn line(&self, line: &str) {
        match self.bar.get() {
            Some(bar) => bar.println(line),
            None => eprintln!("{line}"),
        }
    }

    /// Removes the bar.
    pub(crate) fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}
