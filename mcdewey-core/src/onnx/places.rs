//! Where ONNX Runtime may lie on this machine: the environment in, paths to try out.
//!
//! Nothing is loaded or run here. In particular no Python is started: that would take longer
//! than a whole search.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What the library's file is called, and, on Linux, the name without a development package.
const BARE_NAMES: &[&str] = if cfg!(windows) {
    &["onnxruntime.dll"]
} else if cfg!(target_os = "macos") {
    &["libonnxruntime.dylib"]
} else {
    &["libonnxruntime.so", "libonnxruntime.so.1"]
};

/// Where libraries are installed, for versioned names that the loader does not look for.
const SYSTEM_LIBRARY_DIRS: &[&str] = &[
    "/usr/local/lib",
    "/usr/local/lib64",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/opt/homebrew/lib",
    "/opt/onnxruntime/lib",
];

/// The parts of a machine that say where a library may be.
#[derive(Debug, Default)]
pub(super) struct Machine {
    /// The value of `ORT_DYLIB_PATH`.
    pub(super) named: Option<OsString>,
    /// The folder of the running program.
    pub(super) executable_dir: Option<PathBuf>,
    /// Folders of shared libraries.
    pub(super) library_dirs: Vec<PathBuf>,
    /// Folders that Python installations and virtual environments live in, and folders of such.
    pub(super) python_prefixes: Vec<PathBuf>,
}

impl Machine {
    /// This machine, as the environment describes it.
    pub(super) fn current() -> Self {
        let executable = std::env::current_exe().ok();
        let executable = executable.map(|path| path.canonicalize().unwrap_or(path));
        let loader_path = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
        Self {
            named: std::env::var_os("ORT_DYLIB_PATH"),
            executable_dir: executable.and_then(|path| path.parent().map(Path::to_path_buf)),
            library_dirs: std::env::split_paths(&loader_path)
                .filter(|dir| dir.is_absolute())
                .chain(SYSTEM_LIBRARY_DIRS.iter().map(PathBuf::from))
                .collect(),
            python_prefixes: python_prefixes(),
        }
    }

    /// Libraries to try, the most deliberately chosen first. All exist, except `ORT_DYLIB_PATH`,
    /// where a wrong value should be heard of, and bare names for the system's loader.
    pub(super) fn candidates(&self) -> Vec<PathBuf> {
        let named = self.named.as_deref().filter(|path| !path.is_empty());
        let mut candidates: Vec<PathBuf> = named.map(PathBuf::from).into_iter().collect();
        candidates.extend(self.executable_dir.iter().flat_map(|dir| libraries_in(dir)));
        candidates.extend(self.library_dirs.iter().flat_map(|dir| libraries_in(dir)));
        candidates.extend(BARE_NAMES.iter().map(PathBuf::from));
        for prefix in &self.python_prefixes {
            for packages in site_packages(prefix) {
                candidates.extend(libraries_in(&packages.join("onnxruntime/capi")));
            }
        }
        let mut seen = std::collections::HashSet::new();
        candidates.retain(|path| seen.insert(path.clone()));
        candidates
    }
}

/// The version that a library's file name or, in a Python wheel, its package's folder tells.
pub(super) fn version_of(library: &Path) -> Option<String> {
    let file = library.canonicalize().ok()?;
    let from_name = version_in(file.file_name()?.to_str()?);
    from_name.or_else(|| {
        let packages = file.parent()?.parent()?.parent()?;
        let names = sorted_names(packages);
        let info = names.iter().find_map(|name| {
            let name = name.strip_prefix("onnxruntime-")?;
            name.strip_suffix(".dist-info")
        });
        info.map(ToOwned::to_owned)
    })
}

/// Refuses a shared library that was copied or downloaded only in part: the system's loader maps
/// it without looking, and the process dies of SIGBUS at the first missing page.
///
/// ELF files of 64 bits in little-endian order are looked at (other formats pass): their table
/// of section headers comes last.
///
/// # Source
/// The ELF-64 object file format, version 1.5, figure 2: `e_shoff` at byte 0x28, `e_shentsize`
/// at 0x3a, `e_shnum` at 0x3c.
pub(super) fn check_whole(library: &Path) -> Result<(), String> {
    let shown = library.display();
    let unreadable = |error| format!("{shown} cannot be read: {error}");
    let mut file = File::open(library).map_err(unreadable)?;
    let n_bytes = file.metadata().map_err(unreadable)?.len();
    let mut header = [0; 64];
    if file.read_exact(&mut header).is_err() {
        return Err(format!("{shown} is not a shared library"));
    }
    if !header.starts_with(b"\x7fELF\x02\x01") {
        return Ok(());
    }
    let number = |at: usize, n_bytes: usize| {
        let bytes = header[at..at + n_bytes].iter().rev();
        bytes.fold(0_u64, |number, &byte| number << 8 | u64::from(byte))
    };
    let end = number(0x28, 8).saturating_add(number(0x3a, 2) * number(0x3c, 2));
    if end > n_bytes {
        return Err(format!("{shown} is cut off: {n_bytes} bytes of {end}"));
    }
    Ok(())
}

/// ONNX Runtime's libraries in a folder, the newest version first.
fn libraries_in(dir: &Path) -> Vec<PathBuf> {
    let names = sorted_names(dir)
        .into_iter()
        .filter(|name| is_library(name));
    names.map(|name| dir.join(name)).collect()
}

/// Whether a file name is that of ONNX Runtime itself, versioned or not, and not that of one of
/// its providers or of a Python module.
fn is_library(name: &str) -> bool {
    let rest = if cfg!(windows) {
        return name.eq_ignore_ascii_case("onnxruntime.dll");
    } else if cfg!(target_os = "macos") {
        name.strip_prefix("libonnxruntime")
            .and_then(|rest| rest.strip_suffix(".dylib"))
    } else {
        name.strip_prefix("libonnxruntime.so")
    };
    rest.is_some_and(|rest| {
        rest.is_empty()
            || rest.starts_with('.') && rest.chars().all(|c| c == '.' || c.is_ascii_digit())
    })
}

/// The folders below a prefix that Python packages are installed in, the newest Python first.
fn site_packages(prefix: &Path) -> Vec<PathBuf> {
    let mut packages = vec![prefix.join("Lib").join("site-packages")];
    for lib in ["lib", "lib64"].map(|lib| prefix.join(lib)) {
        for name in sorted_names(&lib) {
            if name.starts_with("python3") {
                packages.push(lib.join(&name).join("site-packages"));
                packages.push(lib.join(&name).join("dist-packages"));
            }
        }
    }
    packages.retain(|dir| dir.is_dir());
    packages
}

fn python_prefixes() -> Vec<PathBuf> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from);
    let home = std::env::home_dir();
    let mut prefixes: Vec<PathBuf> = ["VIRTUAL_ENV", "CONDA_PREFIX"]
        .into_iter()
        .filter_map(variable)
        .collect();
    prefixes.extend(pythons_on_path());
    prefixes.extend(home.iter().map(|home| home.join(".local")));
    let pyenv = variable("PYENV_ROOT").or_else(|| home.map(|home| home.join(".pyenv")));
    prefixes.extend(pyenv.iter().flat_map(|root| {
        let versions = root.join("versions");
        sorted_names(&versions)
            .into_iter()
            .map(move |name| versions.join(name))
    }));
    prefixes.extend(["/usr/local", "/usr", "/opt/homebrew"].map(PathBuf::from));
    prefixes.retain(|prefix| prefix.is_absolute());
    prefixes
}

/// The installations whose `python3` or `python` is on the path: where the command lies, which
/// is the prefix of a virtual environment, and where its symbolic link leads.
fn pythons_on_path() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let commands = std::env::split_paths(&path)
        .flat_map(|dir| ["python3", "python"].map(|name| dir.join(name)));
    commands
        .filter(|command| command.is_file())
        .flat_map(|command| [command.canonicalize().ok(), Some(command)])
        .flatten()
        .filter_map(|command| Some(command.parent()?.parent()?.to_path_buf()))
        .collect()
}

/// The names in a folder, higher versions first; none if it cannot be read.
fn sorted_names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort_by(|a, b| numbers_in(b).cmp(&numbers_in(a)).then_with(|| a.cmp(b)));
    names
}

/// The numbers in a name: `[1, 32, 0]` of `libonnxruntime.so.1.32.0`.
fn numbers_in(name: &str) -> Vec<u64> {
    name.split(|c: char| !c.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

/// The version in a library's name, if it has at least major and minor.
fn version_in(name: &str) -> Option<String> {
    let numbers = numbers_in(name);
    let texts: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    (numbers.len() >= 2).then(|| texts.join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(path: &Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn places_are_tried_from_the_most_to_the_least_deliberate() {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        let packages = "venv/lib/python3.11/site-packages/onnxruntime";
        let found = [
            "app/libonnxruntime.so.1.20.0",
            "lib/libonnxruntime.so.1.21.0",
            "lib/libonnxruntime.so.1.9.0",
            "venv/lib/python3.11/site-packages/onnxruntime/capi/libonnxruntime.so.1.32.0",
            "venv/lib/python3.9/site-packages/onnxruntime/capi/libonnxruntime.so.1.17.1",
        ];
        for path in found {
            touch(&at(path));
        }
        touch(&at("app/libonnxruntime.so.sig"));
        touch(&at(packages).join("capi/libonnxruntime_providers_shared.so"));
        touch(&at(packages).join("capi/onnxruntime_pybind11_state.cpython-311.so"));
        let machine = Machine {
            named: Some("/opt/named.so".into()),
            executable_dir: Some(at("app")),
            library_dirs: vec![at("missing"), at("lib")],
            python_prefixes: vec![at("venv"), at("venv")],
        };
        let mut expected = vec![PathBuf::from("/opt/named.so")];
        expected.extend(found[..3].iter().map(|path| at(path)));
        expected.extend(BARE_NAMES.iter().map(PathBuf::from));
        expected.extend(found[3..].iter().map(|path| at(path)));
        assert_eq!(machine.candidates(), expected);
    }

    #[test]
    fn an_empty_name_is_no_name() {
        let machine = Machine {
            named: Some(OsString::new()),
            ..Machine::default()
        };
        let bare: Vec<PathBuf> = BARE_NAMES.iter().map(PathBuf::from).collect();
        assert_eq!(machine.candidates(), bare);
    }

    #[test]
    fn the_version_is_in_the_name_or_beside_the_package() {
        let dir = tempfile::tempdir().unwrap();
        let versioned = dir.path().join("libonnxruntime.so.1.32.0");
        let bare = dir.path().join("onnxruntime/capi/onnxruntime.dll");
        touch(&versioned);
        touch(&bare);
        assert_eq!(version_of(&versioned).as_deref(), Some("1.32.0"));
        assert_eq!(version_of(&bare), None);
        touch(&dir.path().join("onnxruntime-1.30.1.dist-info/METADATA"));
        assert_eq!(version_of(&bare).as_deref(), Some("1.30.1"));
        assert_eq!(version_of(Path::new("libonnxruntime.so.1")), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_library_that_was_copied_in_part_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let whole = std::env::current_exe().unwrap();
        check_whole(&whole).unwrap();
        let part = dir.path().join("libonnxruntime.so");
        let bytes = std::fs::read(&whole).unwrap();
        std::fs::write(&part, &bytes[..bytes.len() / 2]).unwrap();
        assert!(check_whole(&part).unwrap_err().contains("is cut off"));
        std::fs::write(&part, "").unwrap();
        assert!(
            check_whole(&part)
                .unwrap_err()
                .contains("not a shared library")
        );
    }
}
