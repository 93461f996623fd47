// A small application with two routes: the calendar leaves the page with its route and is there again on the way back.

import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { BookingCalendar } from './booking-calendar.jsx';

const TOURS = { tour_harbor_sunset: 'Sunset tour', pkg_harbor_kayak: 'Kayaks' };

function App() {
  const [tour, setTour] = useState('tour_harbor_sunset');
  const [booked, setBooked] = useState(null);
  return (
    <main>
      <h1>A React application</h1>
      <nav>
        {Object.entries(TOURS).map(([id, name]) => (
          <button key={id} aria-pressed={tour === id} onClick={() => setTour(id)}>
            {name}
          </button>
        ))}
        <button aria-pressed={tour === null} onClick={() => setTour(null)}>
          About us
        </button>
      </nav>
      {tour ? <BookingCalendar calendar="cal_harbor" offering={tour} onComplete={setBooked} /> : <p>We have been at this pier since 1931.</p>}
      {booked && <p role="status">Thank you! Your number is {booked.number}.</p>}
    </main>
  );
}

createRoot(document.querySelector('#root')).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
