//! `/api/orgs/:orgId/{tours,events,appointments,rooms,packages}…` and the public `GET /api/tours/:id` and its like: what a
//! business sells. One set of handlers; the kind is an argument.

pub mod departures;
pub mod preview;
mod schedule;
pub mod translate;
pub mod wire;

use crate::access::Allowed;
use crate::access::allowed::{CatalogRead, CatalogWrite};
use crate::api::body::{AnyBody, Body};
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::context::Context;
use crate::domain::catalog::edit::draft::{Draft, Status, prefix};
use crate::domain::catalog::edit::offering::{self, Desk, Kept, Named, OrgNames, Written};
use crate::domain::catalog::edit::store;
use crate::domain::catalog::edit::way::Force;
use crate::domain::record::Change;
use crate::problem::Problem;
use axum::Json;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use shared::availability::Kind;
use shared::id::OfferingId;
use utoipa::IntoParams;
pub use wire::StatusBody;
use wire::{OfferingIn, OfferingOut};

/// Which offerings.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OfferingFilter {
    /// DRAFT, PUBLISHED or ARCHIVED; all but the archived when it is not said.
    status: Option<String>,
}

/// What becomes of bookings in the way.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ForceIn {
    /// `cancel` calls bookings in the way off, with what their policy gives back; `move` takes each to the
    /// nearest start with room, at the price that was agreed, and warns of those that fit nowhere; `keep` leaves them as they
    /// are. Without it the change is refused.
    #[param(example = "keep")]
    force: Option<String>,
}

impl OfferingFilter {
    /// The status asked for.
    pub fn status(&self) -> Result<Option<&str>, Problem> {
        let status = self.status.as_deref().filter(|status| !status.is_empty());
        if status.is_some_and(|status| Status::parse(status).is_none()) {
            return Err(Problem::field("?status", "invalid_value", "DRAFT, PUBLISHED or ARCHIVED."));
        }
        Ok(status)
    }
}

impl ForceIn {
    /// Reads it.
    pub fn parse(&self) -> Result<Force, Problem> {
        match self.force.as_deref() {
            None | Some("") => Ok(Force::Refuse),
            Some("cancel") => Ok(Force::Cancel),
            Some("move") => Ok(Force::Move),
            Some("keep") => Ok(Force::Keep),
            Some(_) => Err(Problem::field("?force", "invalid_value", "`cancel`, `move` or `keep`.")),
        }
    }
}

fn desk(allowed: &Allowed<CatalogWrite>) -> Desk<'_> {
    Desk { org: allowed.org_id(), actor: allowed.actor() }
}

/// A draft of a kind with a fresh id.
fn empty(context: &Context, kind: Kind) -> Result<Draft, Problem> {
    let id = OfferingId::parse(&context.mint(prefix(kind)));
    id.and_then(|id| Draft::of(kind, id)).ok_or_else(|| Problem::internal("an id that is none"))
}

/// What was written, with what it lacks to be booked.
fn answer(context: &Context, written: Written) -> Result<OfferingOut, Problem> {
    let zone = translate::offsets(&written.kept.timezone, context.now());
    translate::shown(&written.kept, zone.as_ref(), Some(written.warnings))
}

async fn listed(
    context: &Context,
    kind: Kind,
    allowed: &Allowed<CatalogRead>,
    page: &PageIn,
    filter: &OfferingFilter,
) -> Result<Json<Page<OfferingOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let status = filter.status()?;
    let rows = store::list(allowed.org_id(), kind, status, after, limit.saturating_add(1));
    let rows: Vec<store::Row> = context.database().run(rows).await?.all()?;
    let zone = translate::offsets(&allowed.org.timezone, context.now());
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        all.push((row.id, translate::shown(&Kept::of(row)?, zone.as_ref(), None)?));
    }
    Ok(Json(Page::of(all, limit, |(row, _)| *row, |(_, shown)| shown)))
}

async fn created(
    context: &Context,
    kind: Kind,
    allowed: &Allowed<CatalogWrite>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<OfferingIn>>,
) -> Result<Response, Problem> {
    let names = OrgNames { id: &allowed.org.public_id, name: &allowed.org.name };
    let edit = |draft: Draft, scene: &_| wanted.over(draft, scene);
    let made = offering::create(context, desk(allowed), names, empty(context, kind)?, &wanted.named(), edit).await;
    let (change, written) = made.map_err(|problem| wanted.as_sent(problem))?;
    let made = answer(context, written)?;
    Ok(ticket.commit(context, StatusCode::CREATED, &made, change).await?.response)
}

async fn found(
    context: &Context,
    kind: Kind,
    allowed: &Allowed<CatalogRead>,
    id: &str,
) -> Result<Json<OfferingOut>, Problem> {
    let row: Option<store::Row> = context.database().run(store::find(allowed.org_id(), id, kind)).await?.first()?;
    let row = row.ok_or_else(|| Problem::not_found("offering"))?;
    let kept = Kept::of(&row)?;
    let zone = translate::offsets(&kept.timezone, context.now());
    Ok(Json(translate::shown(&kept, zone.as_ref(), None)?))
}

async fn changed(
    context: &Context,
    kind: Kind,
    allowed: &Allowed<CatalogWrite>,
    id: &str,
    force: &ForceIn,
    wanted: &OfferingIn,
) -> Result<Json<OfferingOut>, Problem> {
    let edit = |draft: Draft, scene: &_| wanted.over(draft, scene);
    let force = force.parse()?;
    let written = offering::change(context, desk(allowed), (kind, id), &wanted.named(), force, edit).await;
    Ok(Json(answer(context, written.map_err(|problem| wanted.as_sent(problem))?)?))
}

async fn published(
    context: &Context,
    kind: Kind,
    allowed: &Allowed<CatalogWrite>,
    id: &str,
    status: Status,
    Once { ticket, .. }: Once<AnyBody>,
) -> Result<Response, Problem> {
    let named = Named { resources: "[]".to_owned(), add_ons: "[]".to_owned() };
    let edit = |draft: Draft, _: &_| Ok(Draft { status, ..draft });
    let written = offering::change(context, desk(allowed), (kind, id), &named, Force::Refuse, edit).await?;
    let answer = answer(context, written)?;
    // The change is made and can be made again without harm; the key only keeps its answer.
    let nothing = Change::new(context, allowed.org_id(), allowed.actor());
    Ok(ticket.commit(context, StatusCode::OK, &answer, nothing).await?.response)
}

async fn removed(
    context: &Context,
    kind: Kind,
    allowed: &Allowed<CatalogWrite>,
    id: &str,
) -> Result<StatusCode, Problem> {
    offering::remove(context, desk(allowed), (kind, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn public(context: &Context, kind: Kind, id: &str) -> Result<Json<OfferingOut>, Problem> {
    let row: Option<store::Row> = context.database().read(vec![store::public(id, kind)]).await?.first()?;
    let row = row.ok_or_else(|| Problem::not_found("offering"))?;
    let kept = Kept::of(&row)?;
    let zone = translate::offsets(&kept.timezone, context.now());
    Ok(Json(translate::public(&kept, zone.as_ref())?))
}

macro_rules! kinds {
    ($($name:ident: $kind:ident $one:literal $many:literal in $list:literal $item:literal $parameter:literal
       $departure:literal $publish:literal $unpublish:literal public $public:literal
       operations $l:literal $c:literal $r:literal $u:literal $d:literal $p:literal $x:literal $v:literal $sd:literal $cd:literal);+ $(;)?) => {$(
        #[doc = concat!("Routes of ", $many, ".")]
        pub mod $name {
            use super::*;
            use crate::api::refusals::{Reading, Repeatable, Writing};
            use crate::problem::ProblemOut;
            use crate::api::query::Query;
            use axum::extract::{Path, State};
            use super::departures::{DepartureIn, DepartureOut};

            const KIND: Kind = Kind::$kind;

            #[doc = concat!("Lists the ", $many, " of an organization, drafts included.")]
            #[utoipa::path(
                get, summary = concat!("Lists the ", $many, " of an organization, drafts included."), path = $list, tag = "Offerings", operation_id = $l,
                params(("orgId" = String, Path, description = "Organization"), PageIn, OfferingFilter),
                security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
                responses((status = 200, description = "A page of them", body = Page<OfferingOut>), Reading),
            )]
            pub async fn list(
                allowed: Allowed<CatalogRead>,
                State(context): State<Context>,
                Query(page): Query<PageIn>,
                Query(filter): Query<OfferingFilter>,
            ) -> Result<Json<Page<OfferingOut>>, Problem> {
                listed(&context, KIND, &allowed, &page, &filter).await
            }

            #[doc = concat!("Makes one of the ", $many, ": a draft unless `status` says otherwise.")]
            ///
            /// Name, length, capacity, price and schedule will do; everything else has its usual value. `warnings` in the answer
            /// tells what is missing until it can be booked.
            #[utoipa::path(
                post, summary = concat!("Makes one of the ", $many, ": a draft unless `status` says otherwise."), path = $list, tag = "Offerings", operation_id = $c, request_body = OfferingIn,
                params(("orgId" = String, Path, description = "Organization"), Repeatable),
                security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
                responses((status = 201, description = "Made", body = OfferingOut), Writing),
            )]
            pub async fn create(
                allowed: Allowed<CatalogWrite>,
                State(context): State<Context>,
                once: Once<Body<OfferingIn>>,
            ) -> Result<Response, Problem> {
                created(&context, KIND, &allowed, once).await
            }

            #[doc = concat!("Reads one of the ", $many, " with every field.")]
            #[utoipa::path(
                get, summary = concat!("Reads one of the ", $many, " with every field."), path = $item, tag = "Offerings", operation_id = $r,
                params(("orgId" = String, Path, description = "Organization"), ($parameter = String, Path, description = $one)),
                security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
                responses((status = 200, description = "All of it", body = OfferingOut), Reading),
            )]
            pub async fn read(
                allowed: Allowed<CatalogRead>,
                State(context): State<Context>,
                Path((_, id)): Path<(String, String)>,
            ) -> Result<Json<OfferingOut>, Problem> {
                found(&context, KIND, &allowed, &id).await
            }

            #[doc = concat!("Changes one of the ", $many, ": what is left out stays, null is as at the beginning.")]
            ///
            /// A change of schedule, length, requirements or capacity that would leave bookings without what they were sold is
            /// refused with `bookings_in_the_way` and their list, unless `force` says what becomes of them.
            #[utoipa::path(
                patch, summary = concat!("Changes one of the ", $many, ": what is left out stays, null is as at the beginning."), path = $item, tag = "Offerings", operation_id = $u, request_body = OfferingIn,
                params(("orgId" = String, Path, description = "Organization"), ($parameter = String, Path, description = $one), ForceIn),
                security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
                responses((status = 200, description = "As it is now", body = OfferingOut), Writing),
            )]
            pub async fn change(
                allowed: Allowed<CatalogWrite>,
                State(context): State<Context>,
                Path((_, id)): Path<(String, String)>,
                Query(force): Query<ForceIn>,
                Body { value: wanted, .. }: Body<OfferingIn>,
            ) -> Result<Json<OfferingOut>, Problem> {
                changed(&context, KIND, &allowed, &id, &force, &wanted).await
            }

            #[doc = concat!("Takes one of the ", $many, " away: for good if it was never booked, otherwise into the archive.")]
            #[utoipa::path(
                delete, summary = concat!("Takes one of the ", $many, " away: for good if it was never booked, otherwise into the archive."), path = $item, tag = "Offerings", operation_id = $d,
                params(("orgId" = String, Path, description = "Organization"), ($parameter = String, Path, description = $one)),
                security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
                responses((status = 204, description = "Gone"), Writing),
            )]
            pub async fn remove(
                allowed: Allowed<CatalogWrite>,
                State(context): State<Context>,
                Path((_, id)): Path<(String, String)>,
            ) -> Result<StatusCode, Problem> {
                removed(&context, KIND, &allowed, &id).await
            }

            #[doc = concat!("Publishes one of the ", $many, ", or says all that is missing until it can be booked.")]
            #[utoipa::path(
                post, summary = concat!("Publishes one of the ", $many, ", or says all that is missing until it can be booked."), path = $publish, tag = "Offerings", operation_id = $p,
                params(
                    ("orgId" = String, Path, description = "Organization"), ($parameter = String, Path, description = $one),
                    Repeatable,
                ),
                security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
                responses((status = 200, description = "It is sold from now on", body = OfferingOut), Writing),
            )]
            pub async fn publish(
                allowed: Allowed<CatalogWrite>,
                State(context): State<Context>,
                Path((_, id)): Path<(String, String)>,
                once: Once<AnyBody>,
            ) -> Result<Response, Problem> {
                published(&context, KIND, &allowed, &id, Status::Published, once).await
            }

            #[doc = concat!("Makes one of the ", $many, " a draft again. What was booked stays.")]
            #[utoipa::path(
                post, summary = concat!("Makes one of the ", $many, " a draft again. What was booked stays."), path = $unpublish, tag = "Offerings", operation_id = $x,
                params(
                    ("orgId" = String, Path, description = "Organization"), ($parameter = String, Path, description = $one),
                    Repeatable,
                ),
                security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
                responses((status = 200, description = "It is not sold any more", body = OfferingOut), Writing),
            )]
            pub async fn unpublish(
                allowed: Allowed<CatalogWrite>,
                State(context): State<Context>,
                Path((_, id)): Path<(String, String)>,
                once: Once<AnyBody>,
            ) -> Result<Response, Problem> {
                published(&context, KIND, &allowed, &id, Status::Draft, once).await
            }

            #[doc = concat!("Shows one of the ", $many, " to everybody, if it is published.")]
            #[utoipa::path(
                get, summary = concat!("Shows one of the ", $many, " to everybody, if it is published."), path = $public, tag = "Availability", operation_id = $v, security(()),
                params(($parameter = String, Path, description = $one)),
                responses(
                    (status = 200, description = "All that guests may know", body = OfferingOut),
                    (status = 404, description = "No such offering", body = ProblemOut, content_type = "application/problem+json"),
                ),
            )]
            pub async fn show(State(context): State<Context>, Path(id): Path<String>) -> Result<Json<OfferingOut>, Problem> {
                public(&context, KIND, &id).await
            }

            /// Makes one departure differ: cancels it, or gives it seats of its own.
            ///
            /// What would leave bookings without what they were sold is refused with `bookings_in_the_way` and their list, unless
            /// `force` says what becomes of them.
            #[utoipa::path(
                put, path = $departure, tag = "Offerings", operation_id = $sd, request_body = DepartureIn,
                params(
                    ("orgId" = String, Path, description = "Organization"), ($parameter = String, Path, description = $one),
                    ("startsAt" = String, Path, description = "Its start, ISO 8601 with an offset", example = "2027-05-01T15:00:00Z"),
                    ForceIn,
                ),
                security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
                responses((status = 200, description = "As it stands now", body = DepartureOut), Writing),
            )]
            pub async fn set_departure(
                allowed: Allowed<CatalogWrite>,
                State(context): State<Context>,
                Path((_, id, starts_at)): Path<(String, String, String)>,
                Query(force): Query<ForceIn>,
                Body { value: wanted, .. }: Body<DepartureIn>,
            ) -> Result<Json<DepartureOut>, Problem> {
                departures::set(&context, desk(&allowed), (KIND, &id), &starts_at, &wanted, force.parse()?).await
            }

            /// Lets one departure be as the schedule has it again.
            #[utoipa::path(
                delete, path = $departure, tag = "Offerings", operation_id = $cd,
                params(
                    ("orgId" = String, Path, description = "Organization"), ($parameter = String, Path, description = $one),
                    ("startsAt" = String, Path, description = "Its start, ISO 8601 with an offset", example = "2027-05-01T15:00:00Z"),
                ),
                security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
                responses((status = 204, description = "As scheduled"), Writing),
            )]
            pub async fn clear_departure(
                allowed: Allowed<CatalogWrite>,
                State(context): State<Context>,
                Path((_, id, starts_at)): Path<(String, String, String)>,
            ) -> Result<StatusCode, Problem> {
                departures::clear(&context, desk(&allowed), (KIND, &id), &starts_at).await
            }
        }
    )+};
}

kinds! {
    tours: Tour "Tour" "tours" in "/api/orgs/{orgId}/tours" "/api/orgs/{orgId}/tours/{tourId}" "tourId"
        "/api/orgs/{orgId}/tours/{tourId}/departures/{startsAt}" "/api/orgs/{orgId}/tours/{tourId}/publish" "/api/orgs/{orgId}/tours/{tourId}/unpublish"
        public "/api/tours/{tourId}"
        operations "listTours" "createTour" "readTour" "changeTour" "removeTour" "publishTour" "unpublishTour" "showTour" "setTourDeparture" "clearTourDeparture";
    events: Event "Event" "events" in "/api/orgs/{orgId}/events" "/api/orgs/{orgId}/events/{eventId}" "eventId"
        "/api/orgs/{orgId}/events/{eventId}/departures/{startsAt}" "/api/orgs/{orgId}/events/{eventId}/publish" "/api/orgs/{orgId}/events/{eventId}/unpublish"
        public "/api/events/{eventId}"
        operations "listEvents" "createEvent" "readEvent" "changeEvent" "removeEvent" "publishEvent" "unpublishEvent" "showEvent" "setEventDeparture" "clearEventDeparture";
    appointments: Appointment "Appointment type" "appointment types" in "/api/orgs/{orgId}/appointments" "/api/orgs/{orgId}/appointments/{appointmentId}" "appointmentId"
        "/api/orgs/{orgId}/appointments/{appointmentId}/departures/{startsAt}" "/api/orgs/{orgId}/appointments/{appointmentId}/publish" "/api/orgs/{orgId}/appointments/{appointmentId}/unpublish"
        public "/api/appointments/{appointmentId}"
        operations "listAppointments" "createAppointment" "readAppointment" "changeAppointment" "removeAppointment" "publishAppointment" "unpublishAppointment" "showAppointment" "setAppointmentDeparture" "clearAppointmentDeparture";
    rooms: Room "Room" "rooms" in "/api/orgs/{orgId}/rooms" "/api/orgs/{orgId}/rooms/{roomId}" "roomId"
        "/api/orgs/{orgId}/rooms/{roomId}/departures/{startsAt}" "/api/orgs/{orgId}/rooms/{roomId}/publish" "/api/orgs/{orgId}/rooms/{roomId}/unpublish"
        public "/api/rooms/{roomId}"
        operations "listRooms" "createRoom" "readRoom" "changeRoom" "removeRoom" "publishRoom" "unpublishRoom" "showRoom" "setRoomDeparture" "clearRoomDeparture";
    packages: Package "Package" "packages" in "/api/orgs/{orgId}/packages" "/api/orgs/{orgId}/packages/{packageId}" "packageId"
        "/api/orgs/{orgId}/packages/{packageId}/departures/{startsAt}" "/api/orgs/{orgId}/packages/{packageId}/publish" "/api/orgs/{orgId}/packages/{packageId}/unpublish"
        public "/api/packages/{packageId}"
        operations "listPackages" "createPackage" "readPackage" "changePackage" "removePackage" "publishPackage" "unpublishPackage" "showPackage" "setPackageDeparture" "clearPackageDeparture";
}

/// The routes of every kind.
macro_rules! routes_of_kinds {
    ($router:expr; $($kind:ident),+) => {
        $router$(
            .routes(routes!(offerings::$kind::list, offerings::$kind::create))
            .routes(routes!(offerings::$kind::read, offerings::$kind::change, offerings::$kind::remove))
            .routes(routes!(offerings::$kind::publish))
            .routes(routes!(offerings::$kind::unpublish))
            .routes(routes!(offerings::$kind::show))
            .routes(routes!(offerings::$kind::set_departure, offerings::$kind::clear_departure))
        )+
    };
}
pub(crate) use routes_of_kinds;
