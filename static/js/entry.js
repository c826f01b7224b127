/* Quick entry by keyboard: rows added, copied and deleted, columns pasted from Excel, names proposed, a running sum.
   Without it the form is a plain table that the server adds rows to. Runs on Chrome 109. */
(function () {
  "use strict";

  var words = document.currentScript.dataset;
  var form = document.querySelector("form[data-entry]");
  if (!form) return;
  var body = form.querySelector("[data-rows]"), pattern = form.querySelector("[data-pattern]").innerHTML;
  var toolbox = form.querySelector("[data-tools]").innerHTML;
  var columns = Array.prototype.map.call(form.querySelectorAll("th[data-name]"), function (head) {
    return { name: head.dataset.name, kind: head.dataset.kind, label: head.firstChild.textContent };
  });
  var begin = JSON.parse(form.dataset.begin), most = Number(form.dataset.most);
  var told = form.querySelector("[data-told]"), next = 0;
  form.classList.add("scripted");
  if (form.dataset.query) body.dataset.findQuery = form.dataset.query;
  form.querySelectorAll("th[data-name]").forEach(function (head, place) { // phones show it before each box
    form.style.setProperty("--label-" + (place + 1), JSON.stringify(head.textContent));
  });

  function say(text, values) {
    told.textContent = text.replace(/\{(\w+)\}/g, function (_all, name) { return String(values[name]); });
  }
  function rows() { return Array.prototype.slice.call(body.querySelectorAll("tr[data-row]")); }
  function boxes(row) { return Array.prototype.slice.call(row.querySelectorAll("td > input, td > select")); }
  function box(row, column) {
    return boxes(row).filter(function (one) { return columnOf(one).name === column; })[0];
  }
  function columnOf(input) {
    var place = Array.prototype.indexOf.call(input.closest("tr").children, input.closest("td")) - 1;
    return columns[place] || {};
  }
  function why(row) {
    var after = row.nextElementSibling;
    return after && after.matches("[data-why]") ? after : null;
  }
  function isBlank(row) {
    return boxes(row).every(function (one) { return one.tagName === "SELECT" || !one.value.trim(); });
  }
  function number(text) {
    var plain = text.replace(/[\s.]/g, "");
    return /^\d{1,9}$/.test(plain) ? Number(plain) : 0;
  }
  function grouped(value) { return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, "."); }

  // A row as the script wants it: its kinds of boxes and its two tools.
  function ready(row) {
    boxes(row).forEach(function (input) {
      var column = columnOf(input);
      if (column.kind === "find") {
        input.dataset.find = column.name + "s";
        input.spellcheck = false;
      } else if (column.kind === "count") {
        input.inputMode = "numeric";
        input.classList.add("num");
      }
      if (input.tagName === "INPUT") input.autocomplete = "off";
      next = Math.max(next, Number(input.name.slice(1).split("-")[0]) || 0);
    });
    var tools = document.createElement("td");
    tools.className = "tools";
    tools.innerHTML = toolbox;
    row.appendChild(tools);
  }
  function renumber() {
    rows().forEach(function (row, place) {
      row.querySelector("th").textContent = String(place + 1);
      row.querySelectorAll("[data-tool]").forEach(function (button) {
        var label = words[button.dataset.tool].replace("{number}", String(place + 1));
        button.setAttribute("aria-label", label);
        button.title = label;
      });
    });
    count();
  }
  function count() {
    var filled = rows().filter(function (row) { return !isBlank(row); });
    form.querySelector("[data-filled]").textContent = grouped(filled.length);
    form.querySelectorAll("[data-sum]").forEach(function (sum) {
      sum.textContent = grouped(filled.reduce(function (total, row) {
        return total + number(box(row, sum.dataset.sum).value);
      }, 0));
    });
  }
  function add(after) {
    if (rows().length >= most) {
      say(words.full, { most: most });
      return null;
    }
    var holder = document.createElement("tbody");
    next += 1;
    holder.innerHTML = pattern.replace(/r__/g, "r" + next);
    var row = holder.querySelector("tr");
    var last = rows().slice(-1)[0], before = last && last.querySelector("select");
    if (before) row.querySelector("select").value = before.value;
    if (after) (why(after) || after).after(row);
    else body.appendChild(row);
    ready(row);
    renumber();
    return row;
  }
  function copy(row) {
    var fresh = add(row);
    if (!fresh) return;
    var from = boxes(row);
    boxes(fresh).forEach(function (input, place) { input.value = from[place].value; });
    fresh.dataset.proposed = row.dataset.proposed || "";
    count();
    boxes(fresh)[0].focus();
    boxes(fresh)[0].select();
    say(words.copied, { number: rows().indexOf(row) + 1 });
  }
  function remove(row) {
    var all = rows(), place = all.indexOf(row);
    var neighbour = all[place + 1] || all[place - 1] || add(row);
    if (why(row)) why(row).remove();
    row.remove();
    renumber();
    boxes(neighbour)[0].focus();
    say(words.deleted, { number: place + 1 });
  }

  // ---------------------------------------------------------------------------------------- names

  function propose(row, host) {
    var name = box(row, "name"), type = row.querySelector("select");
    if (!name || !type) return;
    if (host !== undefined) row.dataset.host = host;
    if (!row.dataset.host || (name.value.trim() && name.value !== row.dataset.proposed)) return;
    name.value = (begin[type.value] + " " + row.dataset.host).slice(0, 250);
    row.dataset.proposed = name.value;
  }

  // ---------------------------------------------------------------------------------------- faults beside a box

  function clear(input) {
    var cell = input.closest("td"), note = cell.querySelector("small");
    if (note) note.remove();
    cell.classList.remove("bad", "good");
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
  function fault(input, faults, offers) {
    var cell = input.closest("td"), note = document.createElement("small");
    clear(input);
    note.id = "e-" + input.name;
    note.textContent = offers.length ? words.meant : faults[0] || "";
    offers.forEach(function (offer) {
      var button = document.createElement("button");
      button.type = "button";
      button.dataset.offer = "";
      button.textContent = offer;
      note.append(" ", button);
    });
    cell.appendChild(note);
    cell.classList.add("bad");
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", note.id);
  }

  // What was typed or pasted without choosing a suggestion is looked up when the box is left.
  function match(inputs) {
    inputs = inputs.filter(function (input) { return input.value.trim(); });
    if (!inputs.length) return Promise.resolve(0);
    var sent = new URLSearchParams({ kind: form.dataset.entry });
    sent.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    var texts = inputs.map(function (input) { return input.value; });
    texts.forEach(function (text) { sent.append("text", text); });
    return fetch(form.dataset.match, { method: "POST", body: sent, credentials: "same-origin", redirect: "error" })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (found) {
        var wrong = 0;
        found.results.forEach(function (result, place) {
          var input = inputs[place];
          if (!input.isConnected || input.value !== texts[place]) return; // typed over meanwhile
          if (result.value) {
            clear(input);
            if (document.activeElement !== input) input.value = result.value;
            input.closest("td").classList.add("good");
            propose(input.closest("tr"), result.name);
          } else {
            wrong += 1;
            fault(input, result.faults, result.offers);
          }
        });
        count();
        return wrong;
      })
      .catch(function () { return 0; }); // the server looks again when it saves
  }

  // ---------------------------------------------------------------------------------------- pasting

  // A table as offices copy it. Where each title names a column of this page, or is the running number, its cells go
  // where they belong, and titles, numbers and total stay out. Else all is pasted as it stands, column by column: a
  // title that is not known is not thrown away, it shows as a row to be looked at.
  var NUMBERS = /^(stt|so tt|tt|so thu tu)$/, TOTAL = /^(tong|cong)( cong| so)?:?$/;
  var TITLES = {
    enterprise: /^((ten )?(dn|doanh nghiep|cong ty)|mst|ma so thue)$/,
    organization: /^((ten )?(to chuc|don vi|chi bo|dang bo|chi doan|cong doan( co so)?)|ma( to chuc)?)$/,
    type: /^loai( hinh)?( to chuc)?$/, name: /^ten to chuc$/, new_name: /^ten moi$/, note: /^ghi chu$/,
    members: /^(so )?(doan vien|dang vien|thanh vien)$/, quantity: /^(so luong|(so )?(nguoi|doan vien|dang vien))$/,
    female: /^(trong do )?(so )?nu$/, workers: /^(so )?cong nhan( truc tiep)?$/
  };
  function folded(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").replace(/\s+/g, " ").trim();
  }
  function placeOf(title) {
    return columns.findIndex(function (column) {
      return folded(column.label) === title || (TITLES[column.name] && TITLES[column.name].test(title));
    });
  }
  function table(text) {
    var cells = text.replace(/\r\n?/g, "\n").split("\n").map(function (line) {
      return line.split("\t").map(function (cell) { return cell.replace(/^"|"$/g, "").trim(); });
    }).filter(function (line) { return line.some(Boolean); });
    var titles = cells.length > 1 ? cells[0].map(folded) : [], body = cells.slice(1);
    var places = titles.map(function (title) { return NUMBERS.test(title) || !title ? -1 : placeOf(title); });
    var known = places.some(function (place) { return place >= 0; }) && titles.every(function (title, index) {
      if (places[index] >= 0) return places.indexOf(places[index]) === index; // no two of one column
      return (!title || NUMBERS.test(title)) && body.every(function (line) {
        return title ? /^\d*\.?$/.test(line[index] || "") || TOTAL.test(folded(line[index])) : !line[index];
      });
    }) && body.every(function (line) { return line.length <= titles.length; });
    if (!known) return { lines: cells, places: null };
    var last = body[body.length - 1];
    if (body.length > 1 && TOTAL.test(folded(last.filter(Boolean)[0]))) body.pop();
    return { lines: body, places: places };
  }

  form.addEventListener("paste", function (event) {
    var input = event.target, row = input.closest && input.closest("tr[data-row]");
    var text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (!row || !/[\n\t]/.test(text.replace(/[\r\n]+$/, ""))) return;
    event.preventDefault();
    var found = table(text), lines = found.lines, looked = [], pasted = 0;
    var first = found.places ? 0 : boxes(row).indexOf(input);
    lines.every(function (cells) {
      if (!row) return false;
      var into = boxes(row);
      cells.forEach(function (cell, offset) {
        var target = into[found.places ? found.places[offset] : first + offset];
        if (!target) return;
        if (target.tagName === "SELECT") {
          Array.prototype.forEach.call(target.options, function (option) {
            if (option.text.toLowerCase() === cell.toLowerCase()) target.value = option.value;
          });
          return;
        }
        target.value = cell;
        clear(target);
        if (target.dataset.find) looked.push(target);
      });
      pasted += 1;
      var all = rows(), place = all.indexOf(row);
      row = pasted < lines.length ? all[place + 1] || add(row) : row;
      return true;
    });
    count();
    match(looked).then(function (wrong) {
      var left = lines.length - pasted;
      told.classList.toggle("visually-hidden", !left); // what was left out is seen, too
      say(left ? words.left : words.pasted, { count: pasted, wrong: wrong, left: left });
    });
  });

  // ---------------------------------------------------------------------------------------- keys

  function forward(input) {
    var fields = Array.prototype.filter.call(form.elements, function (field) {
      return field.type !== "hidden" && !field.disabled && field.offsetParent !== null && /INPUT|SELECT/.test(field.tagName);
    });
    var to = fields[fields.indexOf(input) + 1];
    if (to) { to.focus(); if (to.select) to.select(); }
  }
  form.addEventListener("keydown", function (event) {
    var input = event.target, row = input.closest("tr[data-row]");
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-save]"));
    } else if (row && event.altKey && !event.ctrlKey && (event.code === "KeyC" || event.code === "KeyX")) {
      event.preventDefault();
      if (event.code === "KeyC") copy(row);
      else remove(row);
    } else if (event.key === "Enter" && !event.altKey && /INPUT|SELECT/.test(input.tagName)) {
      event.preventDefault();
      var all = row ? boxes(row) : [];
      if (!row || input !== all[all.length - 1]) return forward(input);
      var following = rows()[rows().indexOf(row) + 1] || add(row);
      if (following) boxes(following)[0].focus();
    } else if (row && /^Arrow(Up|Down)$/.test(event.key) && !event.altKey && columnOf(input).kind === "count") {
      event.preventDefault();
      var other = rows()[rows().indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
      if (other) { var same = box(other, columnOf(input).name); same.focus(); same.select(); }
    }
  });

  form.addEventListener("click", function (event) {
    var button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.tool) {
      (button.dataset.tool === "copy" ? copy : remove)(button.closest("tr"));
    } else if ("offer" in button.dataset) {
      var input = button.closest("td").querySelector("input");
      input.value = button.textContent;
      clear(input);
      input.focus();
      match([input]);
    } else if ("more" in button.dataset) {
      event.preventDefault();
      var fresh = null;
      for (var more = 0; more < 5; more += 1) fresh = add() && (fresh || rows().slice(-1)[0]);
      if (fresh) boxes(fresh)[0].focus();
    }
  });
  form.addEventListener("find:chosen", function (event) {
    var row = event.target.closest("tr[data-row]");
    if (!row) return;
    clear(event.target);
    event.target.closest("td").classList.add("good");
    event.target.dataset.chosen = event.target.value;
    propose(row, event.detail.name);
  });
  form.addEventListener("change", function (event) {
    var input = event.target, row = input.closest("tr[data-row]");
    if (!row) return;
    if (input.tagName === "SELECT") propose(row);
    else if (input.dataset.find && input.value !== input.dataset.chosen) {
      clear(input);
      delete row.dataset.host;
      match([input]);
    }
  });
  form.addEventListener("input", function (event) {
    if (event.target.closest("tr[data-row]")) count();
  });

  // ---------------------------------------------------------------------------------------- the decision

  var asked = "";
  form.addEventListener("change", function (event) {
    if (!event.target.dataset.decision) return;
    var query = new URLSearchParams();
    form.querySelectorAll("[data-decision]").forEach(function (input) { query.set(input.dataset.decision, input.value); });
    var note = form.querySelector("[data-known-words]"), issuer = form.querySelector("[data-decision=issuer]");
    if (!query.get("number").trim() || !query.get("issued_on").trim()) { note.textContent = ""; return; }
    var mine = asked = String(query);
    fetch(form.dataset.known + "?" + query, { credentials: "same-origin", redirect: "error" })
      .then(function (answer) { return answer.ok ? answer.json() : { words: "", issuer: "" }; })
      .then(function (found) {
        if (mine !== asked) return;
        note.textContent = found.words;
        if (found.issuer && !issuer.value.trim()) issuer.value = found.issuer;
      })
      .catch(function () {});
  });

  // ---------------------------------------------------------------------------------------- sending

  form.addEventListener("submit", function (event) {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    form.querySelector("[data-progress]").hidden = false;
  });
  window.addEventListener("pageshow", function () { // back from the next page
    delete form.dataset.sent;
    form.querySelector("[data-progress]").hidden = true;
    count();
  });

  // Before kept text is put back after signing in again: as many rows as were typed.
  form.addEventListener("nq28:restore", function (event) {
    var wanted = new Set();
    event.detail.forEach(function (value) {
      var found = /^r(\d{1,4})-(?!reason)/.exec(value[0]);
      if (found) wanted.add(Number(found[1]));
    });
    var have = rows().map(function (row) { return Number(boxes(row)[0].name.slice(1).split("-")[0]); });
    Array.from(wanted).sort(function (one, other) { return one - other; }).forEach(function (place) {
      if (have.indexOf(place) >= 0) return;
      next = place - 1;
      add();
    });
    next = Math.max.apply(null, [next].concat(have));
  });
  form.addEventListener("nq28:restored", function () {
    match(rows().map(function (row) { return boxes(row)[0]; }).filter(function (input) { return input.dataset.find; }));
    count();
  });

  rows().forEach(ready);
  renumber();
  if (!document.querySelector(".error-summary")) {
    var start = Array.prototype.filter.call(form.querySelectorAll(".paper-fields input, tr[data-row] input"), function (input) {
      return !input.value;
    })[0];
    if (start) start.focus();
  }
})();
