export function runs(): void {}
