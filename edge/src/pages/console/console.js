// Makes the console nicer where scripts run; everything works without it.

// A choice that shows something else is sent as soon as it is made.
for (const field of document.querySelectorAll('[data-submit]')) {
  field.addEventListener('change', () => field.form.requestSubmit());
}

// What can be copied.
for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = 'Copied';
    setTimeout(() => (button.textContent = label), 2000);
  });
}

// The way around opens over the page on a phone: Escape closes it.
addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && location.hash === '#around') location.hash = '#main';
});

// A form that is being sent is not sent twice.
addEventListener('submit', (event) => {
  if (event.target.method !== 'post') return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = 'yes';
});
addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// A form with a part that looks ahead: what the server would show for it as it is, a moment after the last change.
for (const form of document.querySelectorAll('form[data-live]')) {
  const part = document.getElementById(form.dataset.live);
  let later, asking;
  form.addEventListener('input', () => {
    clearTimeout(later);
    later = setTimeout(async () => {
      asking?.abort();
      asking = new AbortController();
      const body = new URLSearchParams(new FormData(form));
      body.set('step', 'preview');
      try {
        const answer = await fetch(form.action, { method: 'POST', body, signal: asking.signal });
        // The page's own rules of style are under another nonce than ours.
        const text = (await answer.text()).replace(/<style[^]*?<\/style>/, '');
        const fresh = new DOMParser().parseFromString(text, 'text/html').getElementById(part.id);
        if (fresh) part.replaceChildren(...fresh.childNodes);
      } catch (error) {
        if (error.name !== 'AbortError') throw error;
      }
    }, 400);
  });
}
