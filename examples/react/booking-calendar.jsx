// The calendar as a component. React 19 sets attributes of custom elements by itself; its events are DOM events.

import { useEffect, useRef } from 'react';

const HOST = 'http://localhost:8787';

/** Brings the one script, once for the whole application, however often the component comes and goes. */
function useLoader() {
  useEffect(() => {
    if (document.querySelector(`script[src="${HOST}/embed.js"]`)) return;
    document.head.append(Object.assign(document.createElement('script'), { async: true, src: `${HOST}/embed.js` }));
  }, []);
}

/** `onComplete` hears of a booking: `{bookingId, number, status, total, currency}`. Other props become attributes. */
export function BookingCalendar({ calendar, onComplete, children, ...attributes }) {
  const element = useRef(null);
  useLoader();
  useEffect(() => {
    const current = element.current;
    const complete = (event) => onComplete?.(event.detail);
    current.addEventListener('daymark:complete', complete);
    return () => current.removeEventListener('daymark:complete', complete);
  }, [onComplete]);
  return (
    <daymark-calendar ref={element} calendar={calendar} {...attributes}>
      {children ?? <a href={`${HOST}/c/${calendar}`}>Book online</a>}
    </daymark-calendar>
  );
}
