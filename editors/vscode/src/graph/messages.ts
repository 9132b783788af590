// What the extension and the view of the task graph say to each other.
import type { Graph } from "../protocol";
import type { Activity } from "./text";

export type ToView =
    | {
          type: "graphs";
          uri: string;
          file: string;
          graphs: Graph[];
          shown: string | null;
          problem: string | null;
      }
    /** What tasks did, by graph and node. */
    | { type: "activity"; activity: Record<string, [string, Activity][]> }
    /** The line of the cursor. */
    | { type: "cursor"; line: number }
    | { type: "export" };

export type FromView =
    | { type: "ready" }
    | { type: "open"; line: number; character: number; endLine: number; endCharacter: number; focus: boolean }
    | { type: "shown"; name: string }
    | { type: "svg"; name: string; text: string };
