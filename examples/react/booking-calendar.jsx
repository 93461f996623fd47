// The calendar as a component. React 19 sets attributes of custom elements by itself; its events are DOM events.

import { useEffect, useRef } from 'react';

const HOST = 'http://localhost:8787';

/** Its place while the script is on its way: nothing on the page moves. A button is as high as a button. */
const PLACE = { display: 'block', height: 0, paddingBottom: 'clamp(622px, (680px - 100%) * 999, 940px)' };
const BUTTON = { display: 'block', minHeight: 48 };
const PLACES = { button: BUTTON, popup: undefined, floating: undefined, inline: PLACE };

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
    <daymark-calendar ref={element} calendar={calendar} style={PLACES[attributes.mode ?? 'inline']} {...attributes}>
      {children ?? <a href={`${HOST}/c/${calendar}`}>Book online</a>}
    </daymark-calendar>
  );
}
