// Where an arrow key leads from a node.

interface Placed {
    getBoundingClientRect(): { left: number; top: number; width: number; height: number };
}

/** The nearest node in the direction of the key; what is beside the way counts double. */
export function nearest<T extends Placed>(from: T, all: readonly T[], key: string): T | undefined {
    const centre = (it: T) => {
        const box = it.getBoundingClientRect();
        return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
    };
    const start = centre(from);
    let best: T | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const it of all) {
        if (it === from) continue;
        const { x, y } = centre(it);
        const dx = x - start.x;
        const dy = y - start.y;
        const ahead = key === "ArrowUp" ? -dy : key === "ArrowDown" ? dy : key === "ArrowLeft" ? -dx : dx;
        const aside = key === "ArrowUp" || key === "ArrowDown" ? Math.abs(dx) : Math.abs(dy);
        if (ahead <= 1) continue;
        const distance = ahead + 2 * aside;
        if (distance < least) {
            least = distance;
            best = it;
        }
    }
    return best;
}
