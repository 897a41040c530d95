//! Drawings of figures for the documentation.

use std::{
    fmt::{Display, Write},
    fs,
    path::Path,
};

/// A point, from the top left corner.
pub type Point = (f64, f64);

/// A drawing on white, which is saved as SVG.
#[derive(Debug)]
pub struct Drawing(String);

/// Where a text stands beside its point.
#[derive(Clone, Copy, Debug)]
pub enum Anchor {
    /// The text begins there.
    Start,
    /// The text is centred there.
    Middle,
    /// The text ends there.
    End,
}

impl Drawing {
    /// Begins a drawing of this size.
    pub fn new(width: u32, height: u32) -> Self {
        let mut drawing = Self(String::new());
        drawing.element(format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">"#
        ));
        drawing.element(format_args!(
            r#"<rect width="{width}" height="{height}" fill="white"/>"#
        ));
        drawing
    }

    fn element(&mut self, element: impl Display) {
        writeln!(self.0, "{element}").expect("a string takes any text");
    }

    /// Writes the title.
    pub fn title(&mut self, (x, y): Point, text: &str) {
        self.element(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" font-size="14">{text}</text>"#
        ));
    }

    /// Writes a text.
    pub fn text(&mut self, (x, y): Point, anchor: Anchor, colour: &str, text: impl Display) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        self.element(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" fill="{colour}">{text}</text>"#
        ));
    }

    /// Fills a rectangle, from its top left corner.
    pub fn bar(&mut self, (x, y): Point, width: f64, height: f64, colour: &str) {
        self.element(format_args!(
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{colour}"/>"#
        ));
    }

    /// Draws a line through the points.
    pub fn line(&mut self, points: impl IntoIterator<Item = Point>, width: u32, colour: &str) {
        let points = points.into_iter().map(|(x, y)| format!("{x:.1},{y:.1}"));
        let points: Vec<String> = points.collect();
        let points = points.join(" ");
        self.element(format_args!(
            r#"<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width}"/>"#
        ));
    }

    /// Draws a dot with a small label beside it.
    pub fn dot(&mut self, (x, y): Point, colour: &str, label: impl Display) {
        self.element(format_args!(
            r#"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="{colour}"/>"#
        ));
        let (x, y) = (x + 5.0, y - 5.0);
        self.element(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" font-size="10">{label}</text>"#
        ));
    }

    /// Saves the drawing in the folder `docs`.
    ///
    /// # Panics
    ///
    /// If the file can't be written.
    pub fn save(mut self, name: &str) {
        self.element("</svg>");
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("docs");
        fs::write(docs.join(name), self.0).expect("the drawing is written");
    }
}
