// What is there in a webview, and what the bundler makes of style sheets.
declare module "*.css" {
    const text: string;
    export default text;
}

declare function acquireVsCodeApi(): {
    postMessage(message: unknown): void;
    getState(): unknown;
    setState(state: unknown): void;
};
