//! The program as a user meets it: arguments in; stdout, stderr and exit code out.

mod access;
mod api;
mod compare;
#[cfg(unix)]
mod crash;
#[cfg(unix)]
mod hostile;
mod index;
#[cfg(unix)]
mod live;
mod pages;
mod program;
mod search;
#[cfg(unix)]
mod serve;
mod settings;
mod site;
mod versions;
