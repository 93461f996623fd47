// Tells the page that frames this one how high it is, so that no second scroll bar appears. Knows nothing else.
if (parent !== window) {
  const tell = () => parent.postMessage({ daymark: 'height', height: Math.ceil(document.documentElement.getBoundingClientRect().height) }, '*');
  new ResizeObserver(tell).observe(document.documentElement);
  addEventListener('load', tell);
  tell();
}
