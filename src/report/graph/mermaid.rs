//! A graph as Mermaid, which many sites draw from plain text.

use super::{EdgeSort, Graph, NodeSort};
use std::fmt::Write;

/// The text of a flowchart.
#[must_use]
pub fn mermaid(graph: &Graph) -> String {
    let mut text = String::from("flowchart LR\n");
    for circle in &graph.circles {
        let first = circle.first().map_or("", String::as_str);
        let _ = writeln!(text, "  %% circle: {} → {first}", circle.join(" → "));
    }
    for (number, node) in graph.nodes.iter().enumerate() {
        let label = escaped(&node.label);
        let shape = match node.sort {
            NodeSort::Event => format!("([\"{label}\"])"),
            NodeSort::Item => format!("[\"{label}\"]"),
            NodeSort::State => format!("[(\"{label}\")]"),
        };
        let _ = writeln!(text, "  n{number}{shape}");
    }
    let mut circular = Vec::new();
    for (number, edge) in graph.edges.iter().enumerate() {
        let arrow = match edge.sort {
            EdgeSort::Wakes if edge.circular => "==>",
            EdgeSort::Wakes => "-->",
            EdgeSort::Tells | EdgeSort::Sets => "-.->",
        };
        let label = if edge.label.is_empty() { String::new() } else { format!("|\"{}\"|", escaped(&edge.label)) };
        let _ = writeln!(text, "  n{} {arrow}{label} n{}", edge.from, edge.to);
        if edge.circular {
            circular.push(number.to_string());
        }
    }
    if !circular.is_empty() {
        let _ = writeln!(text, "  linkStyle {} stroke:red", circular.join(","));
    }
    text
}

/// Mermaid's own form of what would end a label.
fn escaped(label: &str) -> String {
    label.replace('"', "#quot;")
}
