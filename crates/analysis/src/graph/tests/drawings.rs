//! The forms in which graphs are drawn.

use super::*;

#[test]
fn drawings_name_every_task_and_edge() {
    let text_of_file = format!(
        "{TOOLS}def f(urls):\n    a = fetch(\"x\")\n    b = [fetch(it) for it in urls]\n    public:n = a\n    return map(fetch, a)\n"
    );
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/main.na", text_of_file)]));
    let mut graphs = file_graphs(host.db(), host.file(&FilePath::disk("/main.na")), false);
    graphs.graphs.retain(|it| it.name == "f");
    expect![[r#"
        flowchart TD
          subgraph g0["f"]
            g0n0[["fetch (llm) line 8"]]:::critical
            subgraph g0n1["comprehension line 9, turns overlap"]
              g0n2[["fetch (llm) line 9"]]
            end
            subgraph g0n3["map (llm) line 11"]
              g0n4[["fetch (llm) line 11"]]
            end
          end
          g0n0 -->|"data: uses #96;a#96;"| g0n3
          g0n2 -.->|"sync: waited for before"| g0n3
          classDef critical stroke-width:3px
    "#]]
    .assert_eq(&mermaid(&graphs));
    expect![[r#"
        digraph tasks {
          rankdir=TB;
          node [shape=box];
          subgraph cluster_0 {
            label="f";
            "f/fetch" [label="fetch (llm) line 8", penwidth=2, peripheries=2];
            subgraph cluster_0_1 {
              label="comprehension line 9, turns overlap";
              "f/fetch#2" [label="fetch (llm) line 9", peripheries=2];
            }
            subgraph cluster_0_3 {
              label="map (llm) line 11";
            "f/map" [label="map (llm) line 11", penwidth=2];
              "f/fetch#3" [label="fetch (llm) line 11", peripheries=2];
            }
          }
          "f/fetch" -> "f/map" [label="data: uses `a`"];
          "f/fetch#2" -> "f/map" [label="sync: waited for before", style=dashed];
        }
    "#]]
    .assert_eq(&dot(&graphs));
    graphs.graphs[0].nodes.truncate(1);
    graphs.graphs[0].edges.truncate(1);
    graphs.graphs[0].waits.truncate(1);
    expect![[r#"
        {
          "version": 1,
          "path": "/main.na",
          "graphs": [
            {
              "name": "f",
              "kind": "function",
              "range": {
                "start": {
                  "line": 7,
                  "column": 5,
                  "offset": 72
                },
                "end": {
                  "line": 7,
                  "column": 6,
                  "offset": 73
                }
              },
              "effects": [
                "llm",
                "state(public)"
              ],
              "nodes": [
                {
                  "id": "f/fetch",
                  "name": "fetch",
                  "kind": "call",
                  "range": {
                    "start": {
                      "line": 8,
                      "column": 9,
                      "offset": 89
                    },
                    "end": {
                      "line": 8,
                      "column": 19,
                      "offset": 99
                    }
                  },
                  "callees": [
                    "fetch"
                  ],
                  "effects": [
                    "llm"
                  ],
                  "certain": true,
                  "reason": null,
                  "parent": null,
                  "loop_depth": 0,
                  "level": 1,
                  "branches": [],
                  "waited": false,
                  "opens": "fetch",
                  "retry": null,
                  "timeout": null,
                  "carries": [],
                  "turns_overlap": false,
                  "on_critical_path": true
                }
              ],
              "edges": [
                {
                  "from": "f/fetch",
                  "to": "f/map",
                  "kind": "data",
                  "cause": "uses `a`",
                  "range": {
                    "start": {
                      "line": 11,
                      "column": 12,
                      "offset": 163
                    },
                    "end": {
                      "line": 11,
                      "column": 25,
                      "offset": 176
                    }
                  },
                  "certain": true,
                  "reason": null,
                  "next_turn": false
                }
              ],
              "waits": [
                {
                  "range": {
                    "start": {
                      "line": 9,
                      "column": 9,
                      "offset": 108
                    },
                    "end": {
                      "line": 9,
                      "column": 35,
                      "offset": 134
                    }
                  },
                  "tasks": [
                    "f/fetch#2"
                  ],
                  "cause": "all parts are needed together"
                }
              ],
              "critical_path": [
                "f/fetch",
                "f/map"
              ],
              "depth": 2,
              "width": 2,
              "width_is_unbounded": true,
              "width_is_exact": true
            }
          ]
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&graphs).unwrap());
}
