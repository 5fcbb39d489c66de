// The report form works without this. It saves drafts by itself, and loses nothing when the
// session ends, the network is away, another window saves, or the page is left.
"use strict";

(() => {
  const form = document.getElementById("report-form");
  if (!form) return;
  const EVERY = 10000; // milliseconds between two saves
  const LATER = 60000; // at most, after failures
  const SMALL = 60000; // bytes that a browser still sends while a page is left
  const saved = document.getElementById("saved");
  const told = saved.dataset; // sentences in the language of the page
  const overview = document.getElementById("overview");
  const problems = document.getElementById("problems");
  if (problems) problems.focus();
  // What a POST answered gets the address of the draft, so that coming back sends nothing again.
  if (form.dataset.address) {
    history.replaceState(null, "", form.dataset.address + location.hash);
  }

  let changed = false; // since the last save
  let sending = null; // the save under way
  let leaving = false;
  let over = false; // submitted in another window
  let failures = 0;
  let timer = 0;

  function say(words) {
    if (saved.textContent !== words) saved.textContent = words;
  }

  function wait() {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, Math.min(EVERY * 2 ** failures, LATER));
  }

  function save(more = {}) {
    if (!changed || sending || leaving || over) return wait();
    sending = send(more).finally(() => {
      sending = null;
      wait();
    });
    return sending;
  }

  async function send(more) {
    const data = new FormData(form);
    data.set("do", "autosave");
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    changed = false;
    try {
      let answer = await post(data, more);
      if (answer.status === 403 && (await renew())) {
        data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
        answer = await post(data, more);
      }
      if (answer.status === 401) {
        failures = 0;
        say(told.signedOut);
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      take(await answer.json());
      failures = 0;
    } catch {
      changed = true;
      failures += 1;
      say(navigator.onLine
        ? told.noAnswer
        : told.noNetwork);
    }
  }

  function post(data, more) {
    return fetch(form.action, { method: "POST", body: data, redirect: "manual", ...more });
  }

  function take(answer) {
    say(answer.words);
    if (answer.over) {
      over = true;
      return;
    }
    form.action = answer.address;
    form.elements.seen.value = answer.seen;
    form.elements.form_key.value = answer.form_key;
    overview.innerHTML = answer.overview;
    history.replaceState(null, "", answer.address + location.hash);
  }

  // Signed in again in another tab: the form needs a new token, which only a page has.
  async function renew() {
    const answer = await fetch("/reports/new/");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector('#report-form [name="csrfmiddlewaretoken"]');
    if (!answer.ok || !token) return false;
    form.elements.csrfmiddlewaretoken.value = token.value;
    return true;
  }

  form.addEventListener("input", () => {
    changed = true;
  });
  form.addEventListener("change", (event) => {
    changed = true;
    if (event.target.id === "id_paper_hand") document.getElementById("by-hand").open = true;
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches("input")) return;
    if (event.target.type === "file") return;
    event.preventDefault(); // it would press the first button, and lose one's place
    if (event.target.id === "id_q") window.htmx.trigger("#paper-find", "find");
    else save();
  });
  // A save under way is waited for: what it changed would look like another window's.
  form.addEventListener("submit", (event) => {
    if (sending) {
      event.preventDefault();
      const button = event.submitter;
      sending.finally(() => form.requestSubmit(button));
      return;
    }
    leaving = true;
  });
  window.addEventListener("pageshow", () => {
    leaving = false;
  });
  window.addEventListener("online", () => {
    failures = 0;
    save();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden") return;
    let size = 0;
    for (const [, value] of new FormData(form)) size += new Blob([value]).size;
    save(size < SMALL ? { keepalive: true } : {});
  });
  window.addEventListener("beforeunload", (event) => {
    const chosen = [...form.querySelectorAll("input[type=file]")].some((one) => one.files.length);
    if ((changed || sending || chosen) && !leaving) event.preventDefault();
  });
  document.addEventListener("htmx:sendError", () => {
    document.getElementById("found-words").textContent = told.notFound;
  });
  wait();
})();
