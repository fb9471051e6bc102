//! ONNX Runtime, found and loaded once a process.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ort::environment::Environment;
use ort::logging::LogLevel;

use super::places::{Machine, version_of};

/// How to get ONNX Runtime, for people.
const ADVICE: &str = "`pip install onnxruntime` makes embedding several times faster; \
                      ORT_DYLIB_PATH names a library at another place";

/// While this is `1` or `true`, ONNX Runtime keeps to itself.
///
/// Its builds on `PyPI` (seen with 1.32 on Linux) otherwise give the machine an id, gather what it
/// is and which program runs there, and look for their maker's server, whatever
/// `with_telemetry(false)` says. It is read when the library is loaded.
const TELEMETRY_SWITCH: &str = "ORT_DISABLE_TELEMETRY";

/// What was found when ONNX Runtime was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuntimeStatus {
    /// The library in use, a path or a name that the system's loader knows; `None` if there is
    /// none.
    pub library: Option<PathBuf>,
    /// Its version, `1.32.0`, where its file name or package tells.
    pub version: Option<String>,
    /// Libraries that were found but cannot be used, and why, in the order they were tried.
    pub problems: Vec<String>,
}

impl RuntimeStatus {
    /// The runtime's name for people: `ONNX Runtime 1.32.0`.
    pub fn name(&self) -> String {
        match &self.version {
            Some(version) => format!("ONNX Runtime {version}"),
            None => "ONNX Runtime".to_owned(),
        }
    }

    /// Why ONNX Runtime is not in use and how to get it; `None` if it is in use.
    pub fn advice(&self) -> Option<String> {
        if self.library.is_some() {
            return None;
        }
        let problems = match self.problems.as_slice() {
            [] => "ONNX Runtime was not found".to_owned(),
            problems => format!("ONNX Runtime cannot be used: {}", problems.join("; ")),
        };
        Some(format!("{problems}. {ADVICE}"))
    }
}

/// ONNX Runtime on this machine: which library is used, or why none.
///
/// It is looked for in `ORT_DYLIB_PATH`, beside the executable, in the system's library path and
/// in the usual Python site-packages, in this order; the first that can be used is used. The
/// first call looks and loads, later ones give the same answer: a process has one library.
///
/// It is used only where it cannot report home: while the environment variable
/// `ORT_DISABLE_TELEMETRY` is `1`. [`silence_onnx_runtime`] sets it.
pub fn onnx_runtime() -> &'static RuntimeStatus {
    &loaded().status
}

/// Sets the environment variable without which ONNX Runtime is not used, since it would report to
/// its maker. A program that is not told to by its own environment calls this first in `main`.
///
/// # Safety
/// No other thread may run: one that reads the environment meanwhile reads freed memory.
#[expect(
    unsafe_code,
    reason = "the library reads its switch from the environment alone, when it is loaded"
)]
pub unsafe fn silence_onnx_runtime() {
    // SAFETY: the caller says that nothing reads or writes the environment meanwhile.
    unsafe { std::env::set_var(TELEMETRY_SWITCH, "1") }
}

/// Whether ONNX Runtime was told to keep to itself.
fn is_silenced(switch: Option<&OsStr>) -> bool {
    switch.is_some_and(|value| value == "1" || value.eq_ignore_ascii_case("true"))
}

/// The process's environment for sessions, or why there is none.
pub(super) fn environment() -> Result<(&'static Environment, &'static RuntimeStatus), String> {
    let loaded = loaded();
    match &loaded.environment {
        Some(environment) => Ok((environment, &loaded.status)),
        None => Err(loaded
            .status
            .advice()
            .expect("advice is given where no library is in use")),
    }
}

/// Kept for the life of the process: ort allows one environment, and none after it is dropped.
struct Loaded {
    environment: Option<Environment>,
    status: RuntimeStatus,
}

fn loaded() -> &'static Loaded {
    static LOADED: OnceLock<Loaded> = OnceLock::new();
    LOADED.get_or_init(|| {
        if is_silenced(std::env::var_os(TELEMETRY_SWITCH).as_deref()) {
            return load_first(&Machine::current().candidates());
        }
        let problem = format!("it would report to its maker unless {TELEMETRY_SWITCH}=1 is set");
        Loaded::nothing(vec![problem])
    })
}

fn load_first(candidates: &[PathBuf]) -> Loaded {
    let mut problems = Vec::new();
    for library in candidates {
        match load(library) {
            Ok(environment) => {
                return Loaded {
                    environment: Some(environment),
                    status: RuntimeStatus {
                        library: Some(library.clone()),
                        version: version_of(library),
                        problems,
                    },
                };
            }
            // A bare name that the system's loader does not know was only a guess.
            Err(_) if is_bare_name(library) => {}
            Err(problem) => problems.push(problem),
        }
    }
    Loaded::nothing(problems)
}

impl Loaded {
    fn nothing(problems: Vec<String>) -> Self {
        Self {
            environment: None,
            status: RuntimeStatus {
                library: None,
                version: None,
                problems,
            },
        }
    }
}

/// Loads one library. One that is too old is refused by ort and unloaded, and the next can be
/// tried; ort's own panics (a library whose API table is missing) are caught.
fn load(library: &Path) -> Result<Environment, String> {
    if !is_bare_name(library) {
        super::places::check_whole(library)?;
    }
    let build = || {
        let environment = ort::init_from(library)
            .map_err(|error| error.to_string())?
            .with_name("mcdewey")
            .with_telemetry(false)
            .build()
            .map_err(|error| error.to_string())?;
        // What goes wrong is returned; the library must not write to stderr on its own.
        environment.set_log_level(LogLevel::Fatal);
        Ok(environment)
    };
    std::panic::catch_unwind(build)
        .unwrap_or_else(|_| Err(format!("{} is not ONNX Runtime", library.display())))
}

fn is_bare_name(library: &Path) -> bool {
    library.components().count() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_library_is_a_problem_and_not_a_crash() {
        let dir = tempfile::tempdir().unwrap();
        let text = dir.path().join("libonnxruntime.so");
        std::fs::write(&text, "INPUT(libonnxruntime.so.1)").unwrap();
        let loaded = load_first(&[
            PathBuf::from("libno-such-library-anywhere.so"),
            dir.path().join("missing.so"),
            text.clone(),
        ]);
        assert!(loaded.environment.is_none());
        let problems = &loaded.status.problems;
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].contains("missing.so"), "{problems:?}");
        assert!(
            problems[1].contains(&*text.to_string_lossy()),
            "{problems:?}"
        );
        let advice = loaded.status.advice().unwrap();
        assert!(advice.contains("pip install onnxruntime"), "{advice}");
    }

    #[test]
    fn only_a_switch_that_the_library_understands_counts() {
        let silences = |value: &str| is_silenced(Some(OsStr::new(value)));
        assert!(silences("1") && silences("true"));
        assert!(!silences("0") && !silences("") && !silences("yes"));
        assert!(!is_silenced(None));
    }

    #[test]
    fn advice_is_given_only_without_a_library() {
        let mut status = load_first(&[]).status;
        assert!(
            status
                .advice()
                .unwrap()
                .starts_with("ONNX Runtime was not found.")
        );
        status.library = Some(PathBuf::from("/lib/libonnxruntime.so"));
        status.version = Some("1.32.0".to_owned());
        assert_eq!(status.advice(), None);
        assert_eq!(status.name(), "ONNX Runtime 1.32.0");
    }
}
