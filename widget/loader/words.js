// The few words that the loader says itself, before any text of the calendar is there, and the languages that there are.
// Everything else is in `../locales`, a file for each of the same languages.

/** By language: the button, the name of dialog and frame, the button that closes, the link of the last resort. */
export const WORDS = {
  en: ['Book now', 'Booking calendar', 'Close', 'Open the booking calendar'],
  ar: ['احجز الآن', 'تقويم الحجز', 'إغلاق', 'افتح تقويم الحجز'],
  de: ['Jetzt buchen', 'Buchungskalender', 'Schließen', 'Buchungskalender öffnen'],
  es: ['Reservar ahora', 'Calendario de reservas', 'Cerrar', 'Abrir el calendario de reservas'],
  fr: ['Réserver', 'Calendrier de réservation', 'Fermer', 'Ouvrir le calendrier de réservation'],
  it: ['Prenota ora', 'Calendario delle prenotazioni', 'Chiudi', 'Apri il calendario delle prenotazioni'],
  ja: ['今すぐ予約', '予約カレンダー', '閉じる', '予約カレンダーを開く'],
  nl: ['Nu boeken', 'Boekingskalender', 'Sluiten', 'Boekingskalender openen'],
  pt: ['Reservar agora', 'Calendário de reservas', 'Fechar', 'Abrir o calendário de reservas'],
  zh: ['立即预订', '预订日历', '关闭', '打开预订日历'],
};

/** The language asked for, the page's, or the browser's: the first that there are texts in. The whole tag, then its base. */
export const language = (element) => {
  const around = element.parentElement?.closest('[lang]') || document.documentElement;
  for (const asked of [element.getAttribute('lang'), around.lang, ...navigator.languages]) {
    const base = asked?.toLowerCase().split('-')[0];
    // Where the page says `en`, a visitor from Britain still writes dates their way.
    if (WORDS[base]) return [navigator.languages.find((own) => own.startsWith(asked + '-')) || asked, base];
  }
  return ['en', 'en'];
};
