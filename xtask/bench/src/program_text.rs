//! Programs to measure with: valid in Dana and in Python, long, and not repetitive to the letter.

use std::fmt::Write;

/// A program of about `lines` lines with functions, loops, calls, strings, comprehensions and comments.
pub fn python_and_dana(lines: usize) -> String {
    let mut out = String::from("\"\"\"Orders: load, check, price and report.\"\"\"\n\nimport json\nimport math\n\n");
    let mut count = 5;
    let mut number = 0;
    while count < lines {
        let before = out.len();
        let (a, b, c) = (number % 97, number % 13, number * 7 % 1000);
        let _ = write!(
            out,
            "
def check_order_{number}(order: dict, limit: int = {c}, *extra, **options) -> bool:
    \"\"\"Says whether order {number} can be shipped.\"\"\"
    total = 0
    # Prices are in cents; a missing one counts as {a}.
    for index, item in enumerate(order[\"items\"]):
        if item.get(\"price\", {a}) > limit and not item[\"free\"]:
            total += item[\"price\"] * item.get(\"count\", 1) - {b}
        elif item[\"kind\"] in (\"gift\", \"sample_{a}\") or index >= {c}:
            continue
        else:
            total = total + math.floor(item[\"weight\"] / 2.5) ** 2
    labels = [f\"{{name.upper()}}-{number}: {{total:>8,.2f}}\" for name in order[\"labels\"] if len(name) > {b}]
    rates = {{\"low\": 0.{a}, \"high\": [1.5, {b}.25, -3], \"none\": None, \"ok\": True}}
    while total > 10_000 and rates[\"low\"] != 0:
        total = total // 2 if total % 2 == 0 else total - 1
    try:
        report_{number} = json.dumps({{\"id\": {number}, \"labels\": labels[1:-1], \"total\": total}})
    except ValueError as error:
        print(\"order {number} has no report:\", error, sep=\" \")
        return False
    finally:
        order[\"checked\"] = True
    return total <= limit and (report_{number} is not None or len(extra) > {b})

"
        );
        count += out[before..].matches('\n').count();
        number += 1;
    }
    out
}
