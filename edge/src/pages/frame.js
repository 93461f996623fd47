// Tells the page that frames this one how high it is, so that no second scroll bar appears, and what happens in the
// calendar: the same events, without personal data, that the page would hear if it held the calendar itself.
if (parent !== window) {
  const say = (what) => parent.postMessage(what, '*');
  const tell = () => say({ daymark: 'height', height: Math.ceil(document.documentElement.getBoundingClientRect().height) });
  new ResizeObserver(tell).observe(document.documentElement);
  addEventListener('load', tell);
  tell();
  const told =
    'view date-select slot-select party-change quote hold hold-expiring hold-expired checkout-start complete waitlist reschedule cancel';
  for (const name of told.split(' ')) {
    addEventListener('daymark:' + name, ({ detail }) => say({ daymark: 'event', name, detail }));
  }
}
