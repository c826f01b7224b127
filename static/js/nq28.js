/* What the page frame does beyond plain HTML. Every page works without it. Runs on Chrome 109. */
(function () {
  "use strict";

  // Menus: close on Escape and on a click elsewhere.
  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) menu.open = false;
    });
  }
  document.addEventListener("click", function (event) {
    closeMenus(event.target.closest("details.menu"));
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var open = document.querySelector("details.menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  // "/" goes to the search box, unless something is being typed.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    var boxes = Array.prototype.filter.call(document.querySelectorAll("[data-search]"), function (box) {
      return box.offsetParent !== null;
    });
    if (!boxes.length) return;
    event.preventDefault();
    boxes[0].focus();
  });

  // Errors: go to the summary, in pages where autofocus went elsewhere.
  var summary = document.querySelector(".error-summary");
  if (summary) summary.focus();

  // Typed text survives the end of the session, whether the page noticed it or the form was sent too late, and long
  // forms survive a wrong click: kept in this tab only, for this page, until the server has it.
  var ended = "nq28-ended";
  if (document.querySelector("[data-signs-in]")) sessionStorage.setItem(ended, "1");
  var dialog = document.getElementById("session-end");
  var keepKey = "nq28-kept:" + (dialog ? dialog.dataset.user : "") + ":" + location.pathname + location.search;
  var forms = document.querySelectorAll("main form[method=post]:not([data-forget])");
  function kept(form) {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && field.name !== "csrfmiddlewaretoken" &&
        ["password", "hidden", "file", "submit", "button", "reset"].indexOf(field.type) < 0 && field.autocomplete !== "one-time-code";
    });
  }
  function keep(why) {
    var all = Array.prototype.map.call(forms, function (form) {
      return kept(form).map(function (field) {
        return [field.name, /checkbox|radio/.test(field.type) ? field.checked : field.value];
      });
    });
    if (forms.length) sessionStorage.setItem(keepKey, JSON.stringify({ why: why, forms: all }));
  }
  function restore() {
    var text = sessionStorage.getItem(keepKey), late = sessionStorage.getItem(ended);
    sessionStorage.removeItem(keepKey);
    sessionStorage.removeItem(ended);
    var was = text && !summary ? JSON.parse(text) : null;
    if (!was || (was.why === "sent" && !late)) return; // what was sent in time, the server has
    if (was.why !== "ended") { // nobody was told yet
      var told = document.createElement("p");
      told.className = "message info";
      told.setAttribute("role", "status");
      told.textContent = dialog.dataset.restored;
      document.querySelector("main").prepend(told);
    }
    was.forms.forEach(function (values, index) {
      var form = forms[index], waiting = new Map();
      if (!form) return;
      form.dispatchEvent(new CustomEvent("nq28:restore", { detail: values })); // rows that a script had added
      values.forEach(function (value) {
        if (!waiting.has(value[0])) waiting.set(value[0], []);
        waiting.get(value[0]).push(value[1]);
      });
      kept(form).forEach(function (field) { // those of one name in their order
        var found = waiting.get(field.name);
        if (!found || !found.length) return;
        if (/checkbox|radio/.test(field.type)) field.checked = found.shift();
        else field.value = found.shift();
      });
      form.dispatchEvent(new CustomEvent("nq28:restored"));
    });
  }

  var typed = false, sent = false;
  ["input", "paste"].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      if (event.target.form && event.target.form.hasAttribute("data-long")) typed = true;
    });
  });
  document.addEventListener("submit", function (event) {
    if (event.defaultPrevented || Array.prototype.indexOf.call(forms, event.target) < 0) return;
    sent = true;
    keep("sent");
  });
  window.addEventListener("pagehide", function () { if (typed && !sent) keep("left"); });

  // The end of the session: warn before, stay in one request, count all tabs as one person.
  if (!dialog) return;
  document.addEventListener("DOMContentLoaded", restore); // the page's own scripts stand ready by then
  var idle = Number(dialog.dataset.idle) * 1000;
  var warning = Math.min(120000, idle / 3);
  var renewAfter = Math.min(300000, idle / 6);
  var lastRequest = "nq28-last-request";
  var active = false;
  function stamp() { localStorage.setItem(lastRequest, String(Date.now())); }
  function left() { return Number(localStorage.getItem(lastRequest)) + idle - Date.now(); }
  function renew() {
    active = false;
    return fetch(dialog.dataset.renew, { credentials: "same-origin", redirect: "error" }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      stamp();
      if (dialog.open) dialog.close();
    });
  }
  function end() {
    keep("ended");
    location.assign(dialog.dataset.login + "?ended=1&next=" + encodeURIComponent(location.pathname + location.search));
  }
  function words(milliseconds) {
    var seconds = Math.max(0, Math.round(milliseconds / 1000));
    return Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
  }
  stamp();
  ["keydown", "pointerdown", "input"].forEach(function (kind) {
    document.addEventListener(kind, function () { if (!dialog.open) active = true; }, { passive: true });
  });
  document.addEventListener("htmx:afterRequest", stamp);
  dialog.querySelector("[data-stay]").addEventListener("click", function () { renew().catch(end); });
  dialog.addEventListener("cancel", function (event) { event.preventDefault(); renew().catch(end); });
  setInterval(function () {
    var rest = left();
    if (rest <= 0) return end();
    if (active && rest < idle - renewAfter) renew().catch(function () {});
    if (rest <= warning && !dialog.open) dialog.showModal();
    if (rest > warning && dialog.open) dialog.close();
    dialog.querySelector("[data-countdown]").textContent = words(rest);
  }, 1000);
})();

/* On paper nothing can be opened: what is folded is printed unfolded, <details data-print>. */
(function () {
  "use strict";
  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = Array.from(document.querySelectorAll("details[data-print]:not([open])"));
    opened.forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (details) { details.open = false; });
  });
})();
