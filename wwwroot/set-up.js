// The code of a set-up link stands after the #, which no browser sends. Put it into the form, take it out of the address bar and the history, and go on.
const form = document.querySelector('form[data-takes-code]');
const code = location.hash.slice(1);
if (form && /^[A-Za-z0-9_-]{43}$/.test(code)) {
  history.replaceState(null, '', location.pathname);
  form.elements.code.value = code;
  form.requestSubmit();
}
