-- Where a booking came from, as the page that it was made on says: {"ref", "utm": {…}, "page"}. It names no person, so it
-- stays when somebody is forgotten.
alter table booking add column source text
  check (source is null or (json_valid(source) and json_type(source) = 'object' and length(source) <= 4000));
