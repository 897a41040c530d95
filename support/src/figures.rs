//! Figures that benches print, one a line.

/// Prints a figure with so many decimals.
pub fn figure(name: &str, value: f64, decimals: usize, unit: &str) {
    println!("figure {name} {value:.decimals$} {unit}");
}

/// Returns the value in the middle.
///
/// # Panics
///
/// If there is none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
