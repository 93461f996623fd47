// Done as soon as the script is there, while the program is still on its way and there is nothing else to do: what browsers
// know of calendars and clocks they read when they are first asked, which takes a slow phone 50 ms.

Intl.DateTimeFormat().format();
