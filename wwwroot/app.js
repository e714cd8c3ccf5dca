// Small comforts of the page that need no server: theme, navigation width, copying, shortcuts, moving through rows.
const root = document.documentElement;
const year = 31536000;
const keep = (name, value) => { document.cookie = `${name}=${value}; path=/; max-age=${value ? year : 0}; samesite=lax`; };
const click = name => document.querySelector(`[data-shortcut="${name}"]`)?.click();
const typing = e => e.target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]');

function setTheme(choice) {
  if (choice === 'system') delete root.dataset.theme; else root.dataset.theme = choice;
  keep('theme', choice === 'system' ? '' : choice);
  markTheme();
}

function markTheme() {
  const now = root.dataset.theme ?? 'system';
  for (const b of document.querySelectorAll('[data-theme-choice]')) b.setAttribute('aria-pressed', String(b.dataset.themeChoice === now));
}

async function copy(button) {
  const text = button.dataset.copy;
  try { await navigator.clipboard.writeText(text); }
  catch {
    // Without HTTPS there is no clipboard; a hidden field still works.
    const area = Object.assign(document.createElement('textarea'), { value: text });
    document.body.append(area); area.select(); document.execCommand('copy'); area.remove(); button.focus();
  }
  button.dataset.copied = 'true';
  document.getElementById('heard').textContent = 'Copied.';
  setTimeout(() => { delete button.dataset.copied; document.getElementById('heard').textContent = ''; }, 1500);
}

document.addEventListener('click', e => {
  const choice = e.target.closest('[data-theme-choice]');
  if (choice) setTheme(choice.dataset.themeChoice);
  const copied = e.target.closest('[data-copy]');
  if (copied) { e.preventDefault(); e.stopPropagation(); copy(copied); }
  const toggle = e.target.closest('[data-toggle="nav"]');
  if (toggle) { const narrow = root.dataset.nav !== 'narrow'; narrow ? root.dataset.nav = 'narrow' : delete root.dataset.nav; keep('nav', narrow ? 'narrow' : ''); }
  const drawer = e.target.closest('[data-toggle="drawer"]');
  if (drawer) root.dataset.drawer === 'open' ? delete root.dataset.drawer : root.dataset.drawer = 'open';
  else if (root.dataset.drawer && (e.target.closest('nav a') || !e.target.closest('.shell-nav'))) delete root.dataset.drawer;
  for (const menu of document.querySelectorAll('details.menu[open]')) if (!menu.contains(e.target) || e.target.closest('.menu-items a, .menu-items [data-closes]')) menu.open = false;
  const row = e.target.closest('table[data-rows] tbody tr[data-opens]');
  if (row && !e.target.closest('a, button, input, label') && !getSelection().toString()) row.querySelector('[data-open]')?.click();
});

// The rows' own way to move: one row has the tab stop, arrows carry it on.
function move(table, from, by) {
  const rows = [...table.tBodies[0].rows].filter(r => r.tabIndex >= -1 && r.hasAttribute('tabindex'));
  const to = rows[Math.max(0, Math.min(rows.length - 1, from ? rows.indexOf(from) + by : 0))];
  to?.focus();
  to?.scrollIntoView({ block: 'nearest' });
}

document.addEventListener('keydown', e => {
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') { e.preventDefault(); click('palette'); return; }
  if (e.key === 'Escape') {
    for (const menu of document.querySelectorAll('details.menu[open]')) { menu.open = false; menu.querySelector('summary').focus(); return; }
    if (root.dataset.drawer) { delete root.dataset.drawer; return; }
    const close = [...document.querySelectorAll('[data-shortcut="close"]')].pop();
    if (close && !document.querySelector('.mud-dialog')) { e.preventDefault(); close.click(); }
    return;
  }
  // In a field of several values Enter takes one; only from the empty field it sends the form.
  if (e.key === 'Enter' && e.target.matches('[data-takes-enter]') && e.target.value.trim()) e.preventDefault();
  const box = e.target.closest('[data-combobox]');
  if (box && ['ArrowUp', 'ArrowDown'].includes(e.key)) e.preventDefault();
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const table = document.querySelector('table[data-rows]');
  const search = e.target.closest('[data-shortcut="search"]');
  if (table && search && e.key === 'ArrowDown') { e.preventDefault(); move(table, null, 0); return; }
  if (typing(e) || document.querySelector('.mud-dialog')) return;
  const row = e.target.closest('table[data-rows] tbody tr');
  switch (e.key) {
    case '/': { const field = document.querySelector('[data-shortcut="search"]'); if (field) { e.preventDefault(); field.focus(); field.select(); } break; }
    case '?': e.preventDefault(); click('help'); break;
    case 'n': if (document.querySelector('[data-shortcut="new"]')) { e.preventDefault(); click('new'); } break;
    case 'ArrowDown': case 'ArrowUp':
      if (table && (row || e.target === document.body)) { e.preventDefault(); move(table, row, e.key === 'ArrowDown' ? 1 : -1); }
      break;
    case 'Enter': if (row && e.target === row) { e.preventDefault(); row.querySelector('[data-open]')?.click(); } break;
    case ' ': case 'x': if (row && e.target === row) { e.preventDefault(); row.querySelector('input[type=checkbox]')?.click(); } break;
  }
});

// Panels and the palette: what they open takes the focus, and gives it back.
const back = [];
new MutationObserver(changes => {
  for (const change of changes) {
    for (const node of change.addedNodes) {
      const panel = node.nodeType === 1 && (node.matches('[data-takes-focus]') ? node : node.querySelector('[data-takes-focus]'));
      if (!panel) continue;
      back.push({ panel, former: document.activeElement, href: place(document.activeElement) });
      (panel.querySelector('[autofocus], [data-first]') ?? panel).focus();
    }
  }
  for (let i = back.length - 1; i >= 0; i--) {
    if (document.contains(back[i].panel)) continue;
    const { former, href } = back.splice(i, 1)[0];
    if (document.activeElement && document.activeElement !== document.body) continue;
    (document.contains(former) ? former : href && again(href))?.focus?.();
  }
}).observe(document.body, { childList: true, subtree: true });

// Rows are drawn anew while a panel is open; the link in them finds them again.
const place = element => { const link = element?.closest?.('tr[data-opens]')?.querySelector('a[href]'); return link ? link.getAttribute('href') : null; };
const again = href => [...document.querySelectorAll('tr[data-opens]')].find(row => row.querySelector('a[href]')?.getAttribute('href') === href);

// A cut connection: the page says so, and comes back by itself when it can.
const notice = document.getElementById('components-reconnect-modal');
notice?.addEventListener('components-reconnect-state-changed', e => {
  notice.dataset.state = e.detail.state;
  if (e.detail.state === 'rejected') location.reload();
});
notice?.querySelector('button')?.addEventListener('click', async () => { if (!await window.Blazor.reconnect()) location.reload(); });
document.addEventListener('visibilitychange', async () => { if (document.visibilityState === 'visible' && notice?.dataset.state === 'failed' && !await window.Blazor.reconnect()) location.reload(); });

// A tail that goes on by itself: whoever scrolls away from its end holds it, back at the end it goes on.
let away = false;
document.addEventListener('scroll', e => {
  if (!e.target.matches?.('[data-tail]')) return;
  const now = e.target.scrollTop < -24;
  if (now !== away) { away = now; click(now ? 'tail-hold' : 'tail-go'); }
}, { passive: true, capture: true });
new MutationObserver(() => { if (away && !document.querySelector('[data-tail]')) away = false; }).observe(document.body, { childList: true, subtree: true });

// Work in an open tab keeps the session alive.
let worked = 0, told = performance.now();
for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, () => { worked = performance.now(); }, { passive: true, capture: true });
setInterval(() => { if (worked > told) { told = performance.now(); fetch('/account/alive', { redirect: 'manual' }).catch(() => { /* the reconnect notice says it */ }); } }, 60000);

new MutationObserver(markTheme).observe(document.body, { childList: true });
markTheme();
