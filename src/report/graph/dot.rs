//! A graph as DOT, the language of Graphviz.

use super::{EdgeSort, Graph, NodeSort};
use std::fmt::Write;

/// The text of a directed graph.
#[must_use]
pub fn dot(graph: &Graph) -> String {
    let mut text = String::from("digraph playbook {\n  rankdir=LR;\n");
    for circle in &graph.circles {
        let first = circle.first().map_or("", String::as_str);
        let _ = writeln!(text, "  // circle: {} → {first}", circle.join(" → "));
    }
    for (number, node) in graph.nodes.iter().enumerate() {
        let shape = match node.sort {
            NodeSort::Event => "ellipse",
            NodeSort::Item => "box",
            NodeSort::State => "cylinder",
        };
        let _ = writeln!(text, "  n{number} [label=\"{}\", shape={shape}];", escaped(&node.label));
    }
    for edge in &graph.edges {
        let style = match edge.sort {
            EdgeSort::Wakes if edge.circular => ", color=red, penwidth=2",
            EdgeSort::Wakes => "",
            EdgeSort::Tells | EdgeSort::Sets => ", style=dashed",
        };
        let _ = writeln!(text, "  n{} -> n{} [label=\"{}\"{style}];", edge.from, edge.to, escaped(&edge.label));
    }
    text.push_str("}\n");
    text
}

fn escaped(label: &str) -> String {
    label.replace('\\', "\\\\").replace('"', "\\\"")
}
