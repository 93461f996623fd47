-- Says of the statement before it in a batch that it must have changed something: otherwise the whole batch is undone.
create table expectation (
  changed integer not null
) strict;
create trigger something_changed before insert on expectation when new.changed = 0
begin
  select raise(abort, 'nothing_changed');
end;
create trigger expectation_is_met after insert on expectation
begin
  delete from expectation;
end;
