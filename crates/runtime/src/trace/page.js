"use strict";
(() => {
  const byId = id => document.getElementById(id);
  const { seconds, tasks } = JSON.parse(byId("trace").textContent);
  const grid = byId("grid"), details = byId("details");
  const ROW = 24, MANY = 200, SPARE = 8;

  // The tree: each task's parent, and the place after the last task below it.
  const open = [];
  tasks.forEach((task, at) => {
    while (open.length > task.depth) tasks[open.pop()].last = at;
    task.parent = open.length ? open[open.length - 1] : -1;
    task.at = at;
    task.children = 0;
    if (task.parent >= 0) tasks[task.parent].children++;
    task.folded = false;
    open.push(at);
  });
  for (const at of open) tasks[at].last = tasks.length;
  // Of big traces, what one looks at first is the top.
  if (tasks.length > MANY) for (const task of tasks) task.folded = task.depth > 0 && task.last - task.at > 1;

  const view = { from: 0, to: Math.max(seconds, 1e-9) };
  let rows = [], placeOf = new Map(), chosen = 0;

  const make = (tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const length = time => time < 0.9995 ? `${(time * 1e3).toFixed(1)} ms` : `${time.toFixed(2)} s`;

  // What is shown, as places in the list of tasks.
  function filter() {
    const words = byId("find").value.trim().toLowerCase();
    const critical = byId("only-critical").checked, failed = byId("only-failed").checked;
    rows = [];
    if (words || critical || failed) {
      const kept = new Uint8Array(tasks.length);
      let found = 0;
      tasks.forEach((task, at) => {
        const fits = (!critical || task.critical) && (!failed || task.outcome === "failed")
          && (!words || `${task.name}\n${task.id}\n${task.place || ""}\n${task.error || ""}`.toLowerCase().includes(words));
        if (!fits) return;
        found++;
        for (let up = at; up >= 0 && !kept[up]; up = tasks[up].parent) kept[up] = 1;
      });
      kept.forEach((keep, at) => { if (keep) rows.push(at); });
      byId("shown").textContent = `${found} of ${tasks.length} tasks, and those that they are below`;
    } else {
      for (let at = 0; at < tasks.length; at = tasks[at].folded ? tasks[at].last : at + 1) rows.push(at);
      byId("shown").textContent = rows.length < tasks.length ? `${rows.length} of ${tasks.length} tasks` : "";
    }
    placeOf = new Map(rows.map((at, place) => [at, place]));
    if (!placeOf.has(chosen)) {
      let up = chosen;
      while (up >= 0 && !placeOf.has(up)) up = tasks[up].parent;
      chosen = up >= 0 ? up : rows.length ? rows[0] : -1;
    }
    body.style.height = `${rows.length * ROW}px`;
    grid.setAttribute("aria-rowcount", rows.length + 1);
    draw();
    describe();
  }
  const isFiltered = () => byId("find").value.trim() || byId("only-critical").checked || byId("only-failed").checked;

  const share = time => (time - view.from) / (view.to - view.from) * 100;
  function put(cell, name, since, until) {
    const left = Math.max(share(since), 0), right = Math.min(share(until), 100);
    if (right < 0 || left > 100) return;
    const element = make("span", name);
    element.style.left = `${left}%`;
    element.style.width = `${Math.max(right - left, 0)}%`;
    cell.append(element);
  }

  function note(task) {
    const notes = task.outcome === "done" ? [] : [task.outcome];
    if (task.attempts) notes.push(`${task.attempts} attempts`);
    if (task.tokens) notes.push(`${task.tokens[0]} + ${task.tokens[1]} tokens`);
    return notes.join(", ");
  }

  function line(place) {
    const at = rows[place], task = tasks[at];
    const row = make("div", at === chosen ? "row chosen" : "row");
    row.id = `row-${at}`;
    row.setAttribute("role", "row");
    row.setAttribute("aria-level", task.depth + 1);
    row.setAttribute("aria-rowindex", place + 2);
    row.setAttribute("aria-selected", at === chosen);
    if (task.children) row.setAttribute("aria-expanded", Boolean(isFiltered() || !task.folded));
    row.style.top = `${place * ROW}px`;

    const name = make("div", "name");
    name.setAttribute("role", "gridcell");
    name.style.paddingLeft = `${Math.min(task.depth, 20) * 14 + 4}px`;
    const mark = make("b", "", task.critical ? "*" : "");
    if (task.critical) mark.title = "on the critical path";
    const fold = make("span", "fold", task.children ? (task.folded && !isFiltered() ? "▸" : "▾") : "");
    fold.setAttribute("aria-hidden", "true");
    name.append(mark, fold, task.name);
    if (task.folded && !isFiltered()) name.append(make("span", "more", ` + ${task.last - at - 1} below`));
    name.title = task.id || task.name;

    const time = make("div", "time");
    time.setAttribute("role", "gridcell");
    const words = `from ${length(task.start)}, ran ${length(Math.max(task.end - task.start - task.waited, 0))}, waited ${length(task.waited)}`;
    time.setAttribute("aria-label", words);
    time.title = words;
    put(time, task.outcome === "failed" ? "bar failed" : "bar", task.start, task.end);
    // Waits nearer to each other than can be seen are one.
    const gap = (view.to - view.from) / 1000;
    let wait = null;
    for (const [since, until] of task.waits || []) {
      if (until < view.from || since > view.to) continue;
      if (wait && since - wait[1] < gap) { wait[1] = Math.max(wait[1], until); continue; }
      if (wait) put(time, "wait", wait[0], wait[1]);
      wait = [since, until];
    }
    if (wait) put(time, "wait", wait[0], wait[1]);
    if (task.critical) put(time, "critical-bar", task.start, task.end);
    for (const moment of task.again || [])
      if (moment >= view.from && moment <= view.to) {
        const tick = make("span", "attempt");
        tick.style.left = `${share(moment)}%`;
        time.append(tick);
      }

    const took = make("div", "took", length(task.end - task.start));
    took.setAttribute("role", "gridcell");
    const notes = make("div", task.outcome === "failed" ? "is-failed" : "", note(task));
    notes.setAttribute("role", "gridcell");
    notes.title = task.error || note(task);
    row.append(name, time, took, notes);
    return row;
  }

  // Only what can be seen is there: a trace may have 100,000 tasks.
  function draw() {
    const first = Math.max(Math.floor(grid.scrollTop / ROW) - SPARE, 0);
    const last = Math.min(Math.ceil((grid.scrollTop + grid.clientHeight) / ROW) + SPARE, rows.length);
    const lines = [];
    for (let place = first; place < last; place++) lines.push(line(place));
    body.replaceChildren(...lines);
    if (chosen >= 0 && document.getElementById(`row-${chosen}`)) grid.setAttribute("aria-activedescendant", `row-${chosen}`);
    else grid.removeAttribute("aria-activedescendant");
    const axis = head.children[1];
    axis.replaceChildren();
    const span = view.to - view.from;
    const step = [1, 2, 5, 10].map(it => it * 10 ** Math.floor(Math.log10(span / 5))).find(it => span / it <= 6) || span;
    for (let time = Math.ceil(view.from / step) * step; time < view.to; time += step) {
      const tick = make("span", "tick", length(time));
      tick.style.left = `${share(time)}%`;
      axis.append(tick);
    }
  }

  function describe() {
    details.replaceChildren();
    const task = tasks[chosen];
    if (!task) { details.append(make("p", "", "No task fits.")); return; }
    const list = make("dl");
    const say = (term, value) => {
      const cell = make("dd");
      cell.append(value);
      list.append(make("dt", "", term), cell);
    };
    details.append(make("h2", "", task.name), list);
    say("outcome", task.outcome);
    if (task.critical) say("critical path", "yes");
    say("started", length(task.start));
    say("took", length(task.end - task.start));
    say("ran", length(Math.max(task.end - task.start - task.waited, 0)));
    say("waited", length(task.waited));
    if (task.attempts) say("attempts", `${task.attempts}, the last at ${length(task.again[task.again.length - 1])}`);
    if (task.tokens) say("tokens", `${task.tokens[0]} asked, ${task.tokens[1]} answered`);
    if (task.children) say("started tasks", `${task.children}, ${task.last - task.at - 1} below in all`);
    if (task.place) { say("called at", task.place); say("file", task.file); }
    if (task.id) say("identity", task.id);
    if (task.error) say("error", make("pre", "", task.error));
    const longest = [...task.waits || []].sort((a, b) => b[1] - b[0] - a[1] + a[0]).slice(0, 8);
    if (longest.length) {
      const waits = make("ul");
      for (const [since, until, on] of longest) {
        const item = make("li", "", `${length(until - since)} from ${length(since)}${on.length ? " for " : ""}`);
        for (const other of on.slice(0, 5)) {
          const button = make("button", "", tasks[other].name);
          button.type = "button";
          button.addEventListener("click", () => reveal(other));
          item.append(button, " ");
        }
        if (on.length > 5) item.append(`and ${on.length - 5} more`);
        waits.append(item);
      }
      say("longest waits", waits);
    }
    if (task.parent >= 0) {
      const button = make("button", "", tasks[task.parent].name);
      button.type = "button";
      button.addEventListener("click", () => reveal(task.parent));
      say("started by", button);
    }
  }

  function choose(at) {
    if (at === undefined || at < 0) return;
    chosen = at;
    const top = placeOf.get(at) * ROW, height = grid.clientHeight - ROW;
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (top + ROW > grid.scrollTop + height) grid.scrollTop = top + ROW - height;
    draw();
    describe();
  }
  function reveal(at) {
    for (let up = tasks[at].parent; up >= 0; up = tasks[up].parent) tasks[up].folded = false;
    chosen = at;
    filter();
    if (chosen !== at) {
      byId("find").value = "";
      byId("only-critical").checked = byId("only-failed").checked = false;
      chosen = at;
      filter();
    }
    choose(at);
    grid.focus();
  }
  function fold(at, folded) {
    const task = tasks[at];
    if (!task || !task.children || isFiltered()) return false;
    if (task.folded === folded) return false;
    task.folded = folded;
    filter();
    return true;
  }
  function zoom(from, to) {
    const least = Math.max(seconds / 1e6, 1e-9), whole = Math.max(seconds, 1e-9);
    const span = Math.min(Math.max(to - from, least), whole);
    view.from = Math.min(Math.max((from + to - span) / 2, 0), whole - span);
    view.to = view.from + span;
    draw();
  }
  function zoomBy(factor) {
    const task = tasks[chosen], span = (view.to - view.from) * factor;
    const seen = task && task.start < view.to && task.end > view.from;
    const middle = seen ? (Math.max(task.start, view.from) + Math.min(task.end, view.to)) / 2 : (view.from + view.to) / 2;
    zoom(middle - span / 2, middle + span / 2);
  }
  const pan = part => { const by = (view.to - view.from) * part; zoom(view.from + by, view.to + by); };
  const whole = () => zoom(0, seconds);
  function zoomToTask() {
    const task = tasks[chosen];
    if (!task) return;
    const margin = Math.max((task.end - task.start) * 0.05, seconds / 1e6);
    zoom(task.start - margin, task.end + margin);
  }
  function foldAll(folded) {
    for (const task of tasks) task.folded = folded && task.depth > 0 && task.children > 0;
    filter();
  }

  const head = make("div", "row head");
  head.setAttribute("role", "row");
  for (const text of ["task", "", "took", ""]) {
    const cell = make("div", "", text);
    cell.setAttribute("role", "columnheader");
    head.append(cell);
  }
  head.children[1].className = "time";
  head.children[1].setAttribute("aria-label", "time");
  head.children[2].className = "took";
  head.children[3].setAttribute("aria-label", "what became of it");
  const body = make("div", "body");
  body.setAttribute("role", "rowgroup");
  grid.append(head, body);
  for (const part of [grid, details, byId("tools")]) part.hidden = false;

  grid.addEventListener("scroll", draw, { passive: true });
  window.addEventListener("resize", draw);
  grid.addEventListener("click", event => {
    const row = event.target.closest(".body .row");
    if (!row) return;
    const at = Number(row.id.slice(4));
    if (event.target.closest(".fold") && tasks[at].children) fold(at, !tasks[at].folded);
    choose(at);
  });
  grid.addEventListener("dblclick", event => {
    if (event.target.closest(".body .row")) fold(chosen, !tasks[chosen].folded);
  });
  grid.addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey || chosen < 0) return;
    const place = placeOf.get(chosen), page = Math.max(Math.floor(grid.clientHeight / ROW) - 2, 1);
    const go = to => choose(rows[Math.min(Math.max(to, 0), rows.length - 1)]);
    const keys = {
      ArrowDown: () => go(place + 1), ArrowUp: () => go(place - 1),
      PageDown: () => go(place + page), PageUp: () => go(place - page),
      Home: () => go(0), End: () => go(rows.length - 1),
      ArrowRight: () => { if (!fold(chosen, false) && tasks[chosen].children) go(place + 1); },
      ArrowLeft: () => { if (!fold(chosen, true)) choose(tasks[chosen].parent); },
      Enter: () => fold(chosen, !tasks[chosen].folded), " ": () => fold(chosen, !tasks[chosen].folded),
      "+": () => zoomBy(0.5), "=": () => zoomBy(0.5), "-": () => zoomBy(2), "0": whole, z: zoomToTask, Z: zoomToTask,
      ",": () => pan(-0.25), ".": () => pan(0.25),
    };
    const action = Object.hasOwn(keys, event.key) && keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
  for (const id of ["find", "only-critical", "only-failed"]) byId(id).addEventListener("input", filter);
  const actions = {
    expand: () => foldAll(false), collapse: () => foldAll(true), "zoom-in": () => zoomBy(0.5), "zoom-out": () => zoomBy(2),
    earlier: () => pan(-0.25), later: () => pan(0.25), "zoom-task": zoomToTask, "zoom-whole": whole,
  };
  for (const [id, action] of Object.entries(actions)) byId(id).addEventListener("click", action);
  filter();
})();
