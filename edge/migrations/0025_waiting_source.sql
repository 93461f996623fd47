-- Where somebody who waits came from, as of a booking; the booking that an offer becomes inherits it.
alter table waiting_entry add column source text
  check (source is null or (json_valid(source) and json_type(source) = 'object' and length(source) <= 4000));
