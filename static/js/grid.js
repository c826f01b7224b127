/* The entry grid in the browser: moving as in a worksheet, rows saved when they are left, undo, blocks pasted from
   Excel, and what to do when two people type in one cell. All numbers can be entered without it. Runs on Chrome 109. */
(function () {
  "use strict";

  var form = document.querySelector("[data-grid-form]");
  var table = form && form.querySelector("[data-grid]");
  if (!table) return;
  var words = JSON.parse(document.getElementById("grid-words").textContent);
  var token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  var bar = form.querySelector("[data-bar]"), now = bar.querySelector("[data-cell]"), told = bar.querySelector("[data-saving]");
  var again = bar.querySelector("[data-retry]"), back = bar.querySelector("[data-undo]"), noting = bar.querySelector("[data-note-button]");
  var monthly = form.dataset.monthly === "1";

  // ------------------------------------------------------------------ the cells

  var cells = [], rows = [], byElement = new Map(), current = null, mode = "move", entered = "";
  var names = Array.prototype.map.call(table.tHead.rows[0].querySelectorAll("th[id]"), function (head) {
    return (head.querySelector(".visually-hidden") || head).textContent.trim();
  });
  Array.prototype.forEach.call(table.tBodies[0].rows, function (tr, row) {
    var link = tr.querySelector("th a"), seen = tr.querySelector("th input[type=hidden]"), ids = seen.value.split(",");
    var line = { tr: tr, name: link.textContent, link: link, seen: seen, cells: [] };
    names.forEach(function (name, column) {
      var td = tr.cells[column + 1], element = td.querySelector("input, a");
      var typable = element.name && element.name.indexOf("n-") === 0;
      var text = typable ? element.defaultValue : element.value === undefined ? element.textContent : element.value;
      var cell = {
        row: row, column: column, td: td, element: element, typable: typable, pk: Number(tr.dataset.pk), line: line,
        key: typable ? Number(element.name.split("-")[2]) : 0, saved: text.trim(), seen: Number(ids[column]) || null,
        note: element.dataset.note || "", why: "", described: element.getAttribute("aria-describedby"), state: ""
      };
      var wrong = td.querySelector("small.bad");
      if (wrong) cell.why = wrong.textContent.replace(/^⚠ /, "");
      line.cells.push(cell);
      cells.push(cell);
      byElement.set(element, cell);
    });
    rows.push(line);
  });

  function say(text, values) {
    return text.replace(/\{(\w+)\}/g, function (_, name) { return values[name]; });
  }
  function number(text) {
    var plain = text.replace(/[.\s\u00a0]/g, "");
    return /^\d+$/.test(plain) ? Number(plain) : null;
  }
  function grouped(value) { return value === null ? "—" : String(value).replace(/\B(?=(\d{3})+$)/g, "."); }
  function typed(cell) { return cell.element.value.trim(); }
  function changed(cell) {
    if (!cell.typable || typed(cell) === cell.saved) return false;
    var one = number(typed(cell)), other = number(cell.saved);
    return one === null || other === null || one !== other;
  }
  function label(cell) { return cell.line.name + ", " + names[cell.column]; }

  var STATES = ["saved", "saving", "waiting", "wrong", "conflicted"];
  function mark(cell, state, why) {
    STATES.forEach(function (name) { cell.td.classList.toggle(name, name === state); });
    var small = cell.td.querySelector("small.bad");
    if (small) small.remove();
    cell.state = state;
    cell.why = why || "";
    cell.td.title = state ? words[state] : "";
    if (state === "wrong" || state === "conflicted") cell.element.setAttribute("aria-invalid", "true");
    else cell.element.removeAttribute("aria-invalid");
    if (cell === current) describe();
  }

  // ------------------------------------------------------------------ what the cell in hand is

  function describe() {
    now.textContent = "";
    noting.disabled = !current || !current.typable || !current.seen || !monthly;
    if (!current) { now.textContent = words.none; return; }
    var title = document.createElement("b");
    title.textContent = label(current);
    now.append(title);
    var parts = [], reason = current.described && document.getElementById(current.described);
    if (current.state) parts.push(words[current.state]);
    if (reason && !current.typable) parts.push(reason.textContent);
    if (current.note) parts.push(words.note + ": " + current.note);
    var hint = /\((.*)\)/.exec(current.element.placeholder || "");
    if (hint) parts.push(words.before + ": " + hint[1]);
    else if (!monthly && current.element.title) parts.push(words.counted + " " + current.element.title);
    if (parts.length) now.append(" · " + parts.join(" · "));
    if (current.why) {
      var why = document.createElement("span");
      why.className = "bad";
      why.textContent = " ⚠ " + current.why;
      now.append(why);
    }
  }
  function tell(text, tone) {
    told.textContent = text;
    told.className = "of-saving " + (tone || "");
  }

  // ------------------------------------------------------------------ sums

  var feet = Array.prototype.slice.call(table.tFoot.rows), atStart = [];
  function pageSum(column) {
    var sum = null;
    rows.forEach(function (line) {
      var cell = line.cells[column];
      var value = number(cell.typable ? typed(cell) : cell.saved);
      if (value === null && cell.typable) value = number(cell.saved) !== null && typed(cell) ? number(cell.saved) : null;
      if (value !== null) sum = (sum || 0) + value;
    });
    return sum;
  }
  function draw() {
    if (monthly) rows.forEach(function (line) {
      var values = line.cells.map(function (cell) { return number(cell.typable ? typed(cell) : cell.saved); })
        .filter(function (value) { return value !== null; });
      line.tr.querySelector(".sum").textContent = grouped(values.length ? values.reduce(add, 0) : null);
    });
    var sums = names.map(function (_, column) { return pageSum(column); });
    feet.forEach(function (foot, place) {
      var whole = foot.classList.contains("all-sums"), all = null;
      sums.forEach(function (sum, column) {
        var value = sum;
        if (whole) {
          var start = atStart[column];
          value = start.all === null && sum === null ? null : (start.all || 0) + (sum || 0) - (start.page || 0);
        }
        if (value !== null) all = (all || 0) + value;
        foot.cells[column + 1].textContent = grouped(value);
      });
      if (monthly) foot.cells[names.length + 1].textContent = grouped(all);
    });
  }
  function add(one, other) { return one + other; }
  var last = feet[feet.length - 1];
  names.forEach(function (_, column) {
    atStart.push({ all: number(last.cells[column + 1].textContent), page: pageSum(column) });
  });

  // ------------------------------------------------------------------ saving

  var queue = Promise.resolve(), done = [], redone = [], failed = false;

  function send(body, keepalive) {
    return fetch(form.dataset.save, {
      method: "POST", credentials: "same-origin", redirect: "error", keepalive: Boolean(keepalive),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token }, body: JSON.stringify(body)
    }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      document.dispatchEvent(new Event("htmx:afterRequest")); // a request has been made: the session lives on
      return answer.json();
    });
  }
  function payload(cell, more) {
    return Object.assign({ pk: cell.pk, key: cell.key, text: typed(cell), seen: cell.seen }, more);
  }

  // Save cells one request after another, so that a cell is never typed over before its last number is known.
  function save(which, options) {
    options = options || {};
    var part = which.filter(function (cell) { return options.force || (changed(cell) && !cell.leaving); });
    if (!part.length) return queue;
    part.forEach(function (cell) { cell.leaving = true; mark(cell, "saving"); });
    tell(say(words.saving_cells, { count: part.length }));
    queue = queue.then(function () {
      part.forEach(function (cell) { cell.sent = typed(cell); });
      return send({
        cells: part.map(function (cell) { return payload(cell, options.note === undefined ? {} : { note: options.note }); }),
        reason: options.reason || "", whole: Boolean(options.whole)
      }, options.keepalive).then(function (answer) {
        failed = false;
        again.hidden = true;
        if (answer.problem) throw new Error(answer.problem);
        take(part, answer, options);
      }).catch(function () {
        failed = true;
        again.hidden = false;
        part.forEach(function (cell) { mark(cell, "waiting"); });
        tell(words.failed, "bad");
      }).then(function () {
        part.forEach(function (cell) { cell.leaving = false; });
        draw();
        describe();
        if (!failed) save(part.filter(function (cell) { // typed anew and left while it was being saved
          return cell.state === "waiting" && !cell.why && !cell.line.tr.contains(document.activeElement);
        }));
      });
    });
    return queue;
  }

  function take(part, answer, options) {
    var step = [], asking = [], fought = [];
    answer.cells.forEach(function (one, place) {
      var cell = part[place], before = cell.saved;
      if (one.state === "invalid") mark(cell, "wrong", one.why);
      else if (one.state === "ask") { mark(cell, "waiting", one.why); asking.push(cell); }
      else if (one.state === "conflict") { mark(cell, "conflicted", say(words.fought, one)); fought.push([cell, one]); }
      else if (one.state === "waiting") mark(cell, "waiting");
      else {
        keep(cell, one);
        if (one.state !== "same") step.push({ cell: cell, before: before, after: one.text });
      }
    });
    if (step.length && !options.undo) { done.push(step); redone = []; }
    if (answer.progress) {
      var line = document.querySelector("[data-progress]");
      if (line) line.textContent = answer.progress;
    }
    back.disabled = !done.length;
    var wrong = answer.cells.length - step.length - answer.cells.filter(function (one) { return one.state === "same"; }).length;
    var said = step.length ? options.said || answer.words : wrong ? "" : words.all_saved;
    tell([said, wrong ? say(words.refused, { count: wrong }) : ""].join(" ").trim(), wrong ? "bad" : "ok");
    if (asking.length) askReason(asking);
    fought.forEach(function (pair) { fights.push(pair); });
    if (fights.length) settle();
  }

  function keep(cell, one) {
    var typedSince = typed(cell) !== cell.sent;
    cell.saved = one.text;
    cell.seen = one.seen;
    cell.note = one.note;
    cell.td.classList.toggle("noted", Boolean(one.note));
    cell.element.defaultValue = one.text;
    if (!typedSince) {
      cell.element.value = one.text;
      if (cell === current && document.activeElement === cell.element) { entered = one.text; if (mode !== "edit") cell.element.select(); }
    }
    mark(cell, typedSince ? "waiting" : "saved");
    cell.line.seen.value = cell.line.cells.map(function (each) { return each.seen || ""; }).join(",");
  }

  function unsaved() { return cells.filter(function (cell) { return changed(cell) && cell.state !== "wrong"; }); }
  function leave(line) {
    save(line.cells.filter(function (cell) { return changed(cell) && cell.state !== "wrong" && cell.state !== "conflicted"; }));
  }

  // First what was typed and not saved yet, the last cell first; then the last saves, as corrections.
  var touched = [];
  function takeBackTyped() {
    for (var cell = touched.pop(); cell; cell = touched.pop()) {
      if (!changed(cell) || cell.leaving) continue;
      cell.element.value = cell.saved;
      mark(cell, "");
      draw();
      go(cell);
      return true;
    }
    return false;
  }
  function undo(from, to) {
    if (from === done && takeBackTyped()) return;
    var step = from.pop();
    if (!step) return;
    var part = step.filter(function (one) { return !one.cell.leaving; }).map(function (one) {
      one.cell.element.value = one.before;
      return one.cell;
    });
    to.push(step.map(function (one) { return { cell: one.cell, before: one.after, after: one.before }; }));
    var text = say(words.undone, { count: part.length });
    save(part, { undo: true, force: true, reason: words.undo_reason, said: text });
    back.disabled = !done.length;
    if (part[0]) go(part[0]);
  }
  back.addEventListener("click", function () { undo(done, redone); });
  again.addEventListener("click", function () { save(unsaved()); });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    save(cells.filter(changed)).then(function () { if (!unsaved().length) tell(words.all_saved, "ok"); });
  });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") save(unsaved(), { keepalive: true });
  });
  window.addEventListener("beforeunload", function (event) { if (failed && unsaved().length) event.preventDefault(); });

  // ------------------------------------------------------------------ moving

  function go(cell) {
    if (!cell) return;
    cell.element.focus();
    cell.element.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  function at(row, column) { return rows[row] && rows[row].cells[column]; }
  function near(cell, down, right) {
    var row = Math.max(0, Math.min(rows.length - 1, cell.row + down));
    return at(row, cell.column + right);
  }
  function following(cell, step) {
    var place = cells.indexOf(cell) + step;
    while (cells[place] && !cells[place].typable && cells[place].element.tabIndex < 0) place += step;
    return cells[place];
  }
  function edge(line, end) {
    var open = line.cells.filter(function (cell) { return cell.element.tabIndex >= 0; });
    return open[end ? open.length - 1 : 0] || line.cells[end ? line.cells.length - 1 : 0];
  }

  table.addEventListener("focusin", function (event) {
    var cell = byElement.get(event.target);
    if (!cell) return;
    current = cell;
    mode = "move";
    entered = cell.typable ? cell.element.value : "";
    if (cell.element.select) cell.element.select();
    cell.element.setAttribute("aria-describedby", "grid-now");
    describe();
  });
  table.addEventListener("focusout", function (event) {
    var cell = byElement.get(event.target);
    if (!cell) return;
    if (cell.described) cell.element.setAttribute("aria-describedby", cell.described);
    else cell.element.removeAttribute("aria-describedby");
    var to = event.relatedTarget && event.relatedTarget.closest && event.relatedTarget.closest("tr");
    if (to !== cell.line.tr) leave(cell.line);
  });
  table.addEventListener("mousedown", function (event) {
    var cell = byElement.get(event.target);
    if (cell && cell.typable && event.detail > 1) mode = "edit"; // as in Excel: one press, however often, chooses
  });
  table.addEventListener("mouseup", function (event) { // the first press selects all, as arriving by key does
    var cell = byElement.get(event.target);
    if (cell && cell.typable && mode === "move") { event.preventDefault(); cell.element.select(); }
  });
  table.addEventListener("input", function (event) {
    var cell = byElement.get(event.target);
    if (!cell) return;
    mark(cell, changed(cell) ? "waiting" : "");
    if (touched[touched.length - 1] !== cell) touched.push(cell);
    back.disabled = false;
    draw();
  });

  table.addEventListener("keydown", function (event) {
    var cell = byElement.get(event.target), key = event.key, ctrl = event.ctrlKey || event.metaKey, to = null;
    if (!cell) {
      if (key === "ArrowRight" && event.target.closest("tbody th")) {
        event.preventDefault();
        go(edge(rows[event.target.closest("tr").rowIndex - 1], false));
      }
      return;
    }
    if (event.isComposing || event.altKey) return;
    if (ctrl && !event.shiftKey && (key === "z" || key === "Z")) {
      if (cell.typable && cell.element.value !== entered) return; // the text box undoes what is being typed
      event.preventDefault();
      return undo(done, redone);
    }
    if (ctrl && (key === "y" || key === "Y")) { event.preventDefault(); return undo(redone, done); }
    if (key === "F2") {
      event.preventDefault();
      if (!cell.typable) return;
      if (event.shiftKey) return note();
      mode = mode === "edit" ? "move" : "edit";
      if (mode === "edit") cell.element.setSelectionRange(cell.element.value.length, cell.element.value.length);
      else cell.element.select();
      return;
    }
    if (key === "Escape") {
      if (!cell.typable || cell.element.value === entered) return;
      event.preventDefault();
      cell.element.value = entered;
      mode = "move";
      cell.element.select();
      mark(cell, changed(cell) ? "waiting" : "");
      return draw();
    }
    if (key === "Enter") {
      if (!cell.typable && cell.element.href) return;
      to = near(cell, event.shiftKey ? -1 : 1, 0);
      event.preventDefault();
      if (to === cell) leave(cell.line);
      return go(to);
    }
    if (key === "Tab" && !ctrl) {
      to = following(cell, event.shiftKey ? -1 : 1);
      if (to) { event.preventDefault(); go(to); }
      return;
    }
    if (event.shiftKey) return;
    if (key === "ArrowDown") to = near(cell, ctrl ? rows.length : 1, 0);
    else if (key === "ArrowUp") to = near(cell, ctrl ? -rows.length : -1, 0);
    else if (key === "PageDown") to = near(cell, 10, 0);
    else if (key === "PageUp") to = near(cell, -10, 0);
    else if (mode !== "edit") {
      if (key === "ArrowLeft" && !cell.column) { event.preventDefault(); return cell.line.link.focus(); }
      if (key === "ArrowLeft") to = ctrl ? at(cell.row, 0) : near(cell, 0, -1);
      else if (key === "ArrowRight") to = ctrl ? at(cell.row, names.length - 1) : near(cell, 0, 1) || cell;
      else if (key === "Home") to = edge(ctrl ? rows[0] : cell.line, false);
      else if (key === "End") to = edge(ctrl ? rows[rows.length - 1] : cell.line, true);
    }
    if (to) { event.preventDefault(); go(to); }
  });

  // ------------------------------------------------------------------ a block from Excel

  var preview = document.getElementById("grid-preview"), block = null;

  function lines(text) {
    var found = [[""]], quoted = false, place = 0;
    text = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    for (; place < text.length; place += 1) {
      var letter = text[place], line = found[found.length - 1], field = line[line.length - 1];
      if (letter === '"' && (quoted || field === "")) {
        if (quoted && text[place + 1] === '"') { line[line.length - 1] += '"'; place += 1; } else quoted = !quoted;
      } else if (letter === "\t" && !quoted) line.push("");
      else if (letter === "\n" && !quoted) found.push([""]);
      else line[line.length - 1] += letter;
    }
    return found.map(function (line) { return line.map(function (field) { return field.replace(/\s+/g, " ").trim(); }); });
  }
  function bare(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d").toLowerCase().replace(/\s+/g, " ").trim();
  }

  // Where each field of the block goes: below and right of the cell in hand, or, when each line begins with a name,
  // to the row of that name.
  function placed(fields, from) {
    var named = fields.every(function (line) { return line.length > 1 && line[0] && !/\d/.test(line[0][0]); });
    var found = { cells: [], shut: [], outside: 0, unknown: [] };
    var places = new Map();
    rows.forEach(function (line, row) { places.set(bare(line.name), row); });
    fields.forEach(function (line, down) {
      var row = named ? places.get(bare(line[0])) : from.row + down;
      if (named) {
        if (row === undefined) return found.unknown.push(line[0]);
        line = line.slice(1);
      }
      line.forEach(function (text, right) {
        if (!text) return; // an empty field says nothing
        var cell = at(row, from.column + right);
        if (!cell) found.outside += 1;
        else if (cell.typable) found.cells.push({ cell: cell, text: text });
        else if (number(text) !== number(cell.saved)) found.shut.push({ cell: cell, text: text });
      });
    });
    return found;
  }

  table.addEventListener("paste", function (event) {
    var text = event.clipboardData.getData("text/plain"), cell = byElement.get(event.target);
    if (!cell || !/[\t\n]/.test(text.replace(/\s+$/, ""))) return;
    event.preventDefault();
    block = placed(lines(text), cell);
    block.start = cell;
    preview.querySelector("[name=why]").value = "";
    look();
  });

  function look(problem) {
    if (!block.cells.length) return show({ cells: [], counts: {}, words: words.nothing_pasted }, problem);
    tell(say(words.looking, { count: block.cells.length }));
    queue = queue.then(function () {
      return send({ check: true, cells: block.cells.map(ask) }).then(function (answer) {
        tell("");
        if (answer.problem) tell(answer.problem, "bad");
        else show(answer, problem);
      }).catch(function () { tell(words.failed, "bad"); });
    });
  }
  function ask(one) { return { pk: one.cell.pk, key: one.cell.key, text: one.text, seen: one.cell.seen }; }

  function show(answer, problem) {
    block.answer = answer;
    var sentence = preview.querySelector("[data-sentence]"), list = preview.querySelector("[data-problems]");
    sentence.textContent = answer.words;
    list.textContent = "";
    function wrong(text) {
      var item = document.createElement("li");
      item.textContent = text;
      list.append(item);
    }
    if (problem) wrong(problem);
    answer.cells.forEach(function (one) {
      if (one.state === "invalid" || one.state === "ask") wrong(one.name + ": " + one.why);
      if (one.state === "conflict") wrong(one.name + ": " + say(words.fought, one));
    });
    block.shut.forEach(function (one) {
      var reason = document.getElementById(one.cell.described);
      wrong(label(one.cell) + ": " + (reason ? reason.textContent : words.shut));
    });
    block.unknown.forEach(function (name) { wrong(say(words.unknown, { name: name })); });
    if (block.outside) wrong(say(words.outside, { count: block.outside }));
    list.hidden = !list.children.length;
    drawPreview(answer);
    count();
    if (!preview.open) preview.showModal();
    preview.querySelector("[data-confirm]").focus();
  }
  function ready() {
    var why = preview.querySelector("[name=why]").value.trim();
    return block.answer.cells.map(function (one, place) {
      return /^(new|changed)$/.test(one.state) || (one.state === "ask" && why) ? block.cells[place] : null;
    }).filter(Boolean);
  }
  function count() {
    var button = preview.querySelector("[data-confirm]"), many = ready().length;
    button.disabled = !many;
    button.textContent = say(words.write, { count: many });
  }
  preview.querySelector("[name=why]").addEventListener("input", count);

  function drawPreview(answer) {
    var box = preview.querySelector("[data-block]"), all = new Map(), columns = [], order = [];
    block.cells.forEach(function (one, place) { all.set(one.cell, { text: one.text, answer: answer.cells[place] }); });
    block.shut.forEach(function (one) { all.set(one.cell, { text: one.text, answer: { state: "invalid" } }); });
    all.forEach(function (_, cell) {
      if (columns.indexOf(cell.column) < 0) columns.push(cell.column);
      if (order.indexOf(cell.row) < 0) order.push(cell.row);
    });
    columns.sort(function (one, other) { return one - other; });
    order.sort(function (one, other) { return one - other; });
    box.textContent = "";
    var head = box.createTHead().insertRow(), body = box.createTBody();
    [""].concat(columns).forEach(function (column) {
      var th = document.createElement(column === "" ? "td" : "th");
      th.textContent = column === "" ? "" : names[column];
      if (column !== "") th.scope = "col";
      head.append(th);
    });
    order.forEach(function (row) {
      var tr = body.insertRow(), th = document.createElement("th");
      th.scope = "row";
      th.textContent = rows[row].name;
      tr.append(th);
      columns.forEach(function (column) {
        var td = tr.insertCell(), one = all.get(rows[row].cells[column]);
        if (!one) return;
        var state = one.answer.state;
        td.className = state === "new" || state === "changed" || state === "same" ? state : "bad";
        if (state === "changed") {
          var old = document.createElement("del");
          old.textContent = rows[row].cells[column].saved;
          td.append(old, " ");
        }
        td.append((td.className === "bad" ? "⚠ " : "") + (one.answer.text || one.text));
        td.title = words["state_" + state] || "";
      });
    });
  }

  preview.querySelector("form").addEventListener("submit", function (event) {
    if (event.submitter && event.submitter.value === "no") return;
    event.preventDefault();
    var part = ready(), reason = preview.querySelector("[name=why]").value.trim();
    queue = queue.then(function () {
      return send({ whole: true, reason: reason, cells: part.map(ask) }).then(function (answer) {
        if (!answer.wrote && answer.counts.same !== part.length) return look(words.changed_since);
        preview.close();
        var written = part.map(function (one) { one.cell.element.value = one.cell.sent = one.text; return one.cell; });
        take(written, answer, {});
        var fought = [];
        block.cells.forEach(function (one, place) { // what could not be written stays where it was pasted
          var said = block.answer.cells[place];
          if (part.indexOf(one) >= 0 || said.state === "same") return;
          one.cell.element.value = one.text;
          one.cell.sent = one.text;
          if (said.state === "conflict") { mark(one.cell, "conflicted", say(words.fought, said)); fought.push([one.cell, said]); }
          else mark(one.cell, "wrong", said.why);
        });
        draw();
        go(block.start);
        fights = fights.concat(fought);
        if (fights.length) settle();
      }).catch(function () {
        preview.querySelector("[data-sentence]").textContent = words.failed_block;
      });
    });
  });
  preview.addEventListener("close", function () { if (block) go(block.start); });

  // ------------------------------------------------------------------ two people in one cell

  var fight = document.getElementById("grid-conflict"), fights = [], fought = null;
  function settle() {
    if (fight.open || preview.open || !fights.length) return;
    fought = fights.shift();
    var cell = fought[0], one = fought[1];
    fight.querySelector("h2").textContent = label(cell);
    fight.querySelector("[data-said]").textContent = say(one.theirs ? words.fought : words.fought_empty, one);
    fight.querySelector("[value=mine]").textContent = say(words.mine, { number: typed(cell) || "—" });
    fight.querySelector("[value=theirs]").textContent = say(words.theirs, { number: one.theirs || "—" });
    var both = fight.querySelector("[value=both]");
    both.hidden = !one.both;
    both.textContent = say(words.both, { theirs: one.theirs, mine: typed(cell), both: one.both });
    fight.returnValue = "";
    fight.showModal();
  }
  fight.addEventListener("close", function () {
    if (!fought) return;
    var cell = fought[0], one = fought[1], chosen = fight.returnValue;
    fought = null;
    if (chosen) {
      cell.seen = one.seen;
      cell.saved = one.theirs;
      cell.element.defaultValue = one.theirs;
      cell.line.seen.value = cell.line.cells.map(function (each) { return each.seen || ""; }).join(",");
      if (chosen === "theirs") cell.element.value = one.theirs;
      if (chosen === "both") cell.element.value = one.both;
      mark(cell, changed(cell) ? "waiting" : "");
      if (chosen !== "theirs") save([cell]);
      draw();
    }
    go(cell);
    settle();
  });

  // ------------------------------------------------------------------ an unusual number, a note

  var why = document.getElementById("grid-reason"), asked = [];
  function askReason(part) {
    asked = part;
    var list = why.querySelector("[data-problems]");
    list.textContent = "";
    part.forEach(function (cell) {
      var item = document.createElement("li");
      item.textContent = label(cell) + ": " + cell.why;
      list.append(item);
    });
    why.querySelector("input").value = "";
    why.returnValue = "";
    if (!why.open) why.showModal();
  }
  why.addEventListener("close", function () {
    var reason = why.querySelector("input").value.trim();
    if (why.returnValue === "yes" && reason) save(asked, { reason: reason });
    else asked.forEach(function (cell) { mark(cell, "wrong", cell.why); });
    go(asked[0]);
  });

  var pad = document.getElementById("grid-note"), noted = null;
  function note() {
    if (!current || !current.typable || !monthly) return;
    if (!current.seen) return tell(words.note_first, "bad");
    noted = current;
    pad.querySelector("h2").textContent = label(noted);
    pad.querySelector("textarea").value = noted.note;
    pad.returnValue = "";
    pad.showModal();
  }
  noting.addEventListener("click", note);
  pad.addEventListener("close", function () {
    var text = pad.querySelector("textarea").value.trim();
    if (pad.returnValue === "yes" && text !== noted.note) save([noted], { note: text, force: true });
    go(noted);
  });

  bar.hidden = false;
  document.querySelectorAll("[data-without-script]").forEach(function (part) { part.hidden = true; });
  cells.forEach(function (cell) { if (changed(cell) && !cell.why) mark(cell, "waiting"); });
  describe();
})();
