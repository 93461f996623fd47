-- What apps and carts were promised: whoever stepped down from the staff is told of the whole organization no more, and a cart
-- is told of when the organization wants it to be.

drop trigger event_log_is_delivered;
create trigger event_log_is_delivered after insert on event_log
begin
  insert into delivery (public_id, org_id, endpoint_id, event_id, message_id, kind, subject, next_attempt_at,
                        queued_until, created_at)
  select 'dlv_' || lower(hex(randomblob(16))), new.org_id, endpoint.id, new.id, new.public_id, new.kind, new.subject,
         new.happened_at, new.happened_at + 30, new.happened_at
  from webhook_endpoint as endpoint
  where endpoint.org_id = new.org_id
    and endpoint.deleted_at is null
    and endpoint.disabled_at is null
    and exists (select 1 from json_each(endpoint.events) where json_each.value in (new.kind, '*'))
    and case
      when endpoint.own = 1 then exists (
        select 1 from booking_of_member as mine
        where mine.org_id = new.org_id and mine.person_id = endpoint.person_id and mine.booking = new.subject)
      when endpoint.grant_id is null then 1
      -- An app hears of everything as long as its person may.
      else exists (
        select 1 from member
        where member.org_id = new.org_id and member.person_id = endpoint.person_id
          and member.role in ('OWNER', 'ADMIN', 'STAFF'))
    end;
end;

-- A hold with a contact that ran out, and when it is to be told of.
alter table booking add column cart_due_at integer;
create index booking_by_cart_due on booking (cart_due_at) where cart_due_at is not null and abandoned_at is null;

-- Subscriptions that a receiver had ended by 410 before they were taken away by it.
update webhook_endpoint set deleted_at = disabled_at
where grant_id is not null and deleted_at is null and disabled_because = 'gone';
