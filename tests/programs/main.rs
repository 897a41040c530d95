//! The examples as programs, which are killed and measured from outside.

#[cfg(unix)]
mod batch;
mod chapters;
#[cfg(target_os = "linux")]
mod descriptors;
mod export;
mod proxy;
#[cfg(target_os = "linux")]
mod upload;
