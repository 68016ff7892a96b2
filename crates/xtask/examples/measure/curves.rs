//! Curves of growth as a table and as a picture.

use std::fmt::Write as _;

/// How many instructions a check takes as one thing grows.
pub(crate) struct Curve {
    pub(crate) name: &'static str,
    pub(crate) points: Vec<(usize, u64)>,
}

impl Curve {
    /// The power with which the cost grows between the last two sizes: 1 if twice as much costs twice as much.
    #[expect(clippy::cast_precision_loss, reason = "an exponent of two digits")]
    fn exponent(&self) -> f64 {
        let [.., (small, cheap), (large, dear)] = self.points.as_slice() else { return 0.0 };
        (*dear as f64 / *cheap as f64).ln() / (*large as f64 / *small as f64).ln()
    }
}

#[expect(clippy::cast_precision_loss, reason = "millions with one digit behind the point")]
pub(crate) fn table(curves: &[Curve]) -> String {
    let mut text =
        String::from("| what grows | million instructions at each size | exponent |\n|---|---|--:|\n");
    for curve in curves {
        let points: Vec<String> =
            curve.points.iter().map(|(count, cost)| format!("{count}: {:.1}", *cost as f64 / 1e6)).collect();
        let _ = writeln!(text, "| {} | {} | {:.2} |", curve.name, points.join(", "), curve.exponent());
    }
    text
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 240.0;
const BOTTOM: f64 = 40.0;
const COLORS: [&str; 9] =
    ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#777777", "#ee8866", "#332288"];

/// Both axes are logarithmic, from the first size of each curve, so that equal slopes are equal exponents.
#[expect(clippy::cast_precision_loss, reason = "places in a picture")]
pub(crate) fn picture(curves: &[Curve]) -> String {
    let costs =
        || curves.iter().flat_map(|curve| curve.points.iter().map(|(_, cost)| (*cost as f64).log10()));
    let (low, high) = (costs().fold(f64::MAX, f64::min).floor(), costs().fold(0.0, f64::max).ceil());
    let y = |cost: f64| (HEIGHT - BOTTOM) * (1.0 - (cost.log10() - low) / (high - low)) + 10.0;
    let x = |times: f64| LEFT + (WIDTH - LEFT - RIGHT) * times.log2() / 3.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Instructions of a check as its input grows</title>\n\
         <style>text{{fill:#24292f}}line{{stroke:#d0d7de}}@media(prefers-color-scheme:dark){{text{{fill:#e6edf3}}line{{stroke:#444c56}}}}</style>\n",
        HEIGHT + 20.0
    );
    let mut power = low;
    while power <= high {
        let at = y(10_f64.powf(power));
        let _ = writeln!(svg, "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>", WIDTH - RIGHT);
        let _ = writeln!(svg, "<text x=\"8\" y=\"{:.1}\">10^{power:.0}</text>", at + 4.0);
        power += 1.0;
    }
    for times in [1.0, 2.0, 4.0, 8.0] {
        let _ = writeln!(svg, "<text x=\"{:.1}\" y=\"{HEIGHT}\">×{times}</text>", x(times) - 8.0);
    }
    for (curve, color) in curves.iter().zip(COLORS) {
        let Some((first, _)) = curve.points.first() else { continue };
        let points: Vec<String> = curve
            .points
            .iter()
            .map(|(count, cost)| format!("{:.1},{:.1}", x(*count as f64 / *first as f64), y(*cost as f64)))
            .collect();
        let _ = writeln!(
            svg,
            "<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" points=\"{}\"/>",
            points.join(" ")
        );
    }
    // The names in the order of where the curves end, so that none lies on another.
    let mut ends: Vec<(f64, &Curve, &str)> = curves
        .iter()
        .zip(COLORS)
        .filter_map(|(curve, color)| Some((y(curve.points.last()?.1 as f64), curve, color)))
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = 0.0;
    for (at, curve, color) in ends {
        free = f64::max(at, free);
        let place = WIDTH - RIGHT + 12.0;
        let name = curve.name.replace('`', "");
        let _ = writeln!(svg, "<circle cx=\"{place}\" cy=\"{:.1}\" r=\"4\" fill=\"{color}\"/>", free);
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{:.1}\">{name}</text>", place + 10.0, free + 4.0);
        free += 18.0;
    }
    svg.push_str("</svg>\n");
    svg
}
