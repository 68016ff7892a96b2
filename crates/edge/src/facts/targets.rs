//! What behaviors and origin groups refer to by id: origins, and for behaviors origin groups as well.
//!
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CacheBehavior.html> and
//! <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginGroupMember.html>.

use cflint_template::model::{Behavior, Distribution, OriginGroup, Prop};
use cflint_template::value::{Text, Tri};

/// The id of an origin or an origin group, or a reference to it.
pub type Id = Prop<Text>;

/// A reference that certainly has no target.
#[derive(Debug, Clone)]
pub struct UnknownTarget<'m> {
    pub id: &'m Id,
    pub name: &'m Text,
    pub of: Namer<'m>,
    /// The ids that could have been named.
    pub known: Vec<&'m Id>,
}

#[derive(Debug, Clone, Copy)]
pub enum Namer<'m> {
    Behavior(&'m Behavior),
    /// A member of an origin group.
    Member(&'m OriginGroup),
}

/// The references that certainly have no target: those of members of origin groups, then those of behaviors.
pub fn unknown_targets(distribution: &Distribution) -> Vec<UnknownTarget<'_>> {
    let (origins, groups) = (&distribution.origins, &distribution.origin_groups);
    if origins.open.is_some() {
        return Vec::new();
    }
    let known: Vec<&Id> = origins.iter().map(|origin| &origin.id).collect();
    let mut unknown = Vec::new();
    for group in groups {
        for member in &group.members {
            unknown.extend(unknown_target(member, Namer::Member(group), &known));
        }
    }
    if groups.open.is_none() {
        let known = ids(distribution);
        for behavior in distribution.all_behaviors() {
            unknown.extend(unknown_target(&behavior.target, Namer::Behavior(behavior), &known));
        }
    }
    unknown
}

/// The ids that two origins or origin groups certainly have, each with the one that had it first.
pub fn repeated(distribution: &Distribution) -> Vec<(&Id, &Id)> {
    let ids = ids(distribution);
    let mut repeated = Vec::new();
    for (index, id) in ids.iter().enumerate() {
        let Some(name) = id.known() else { continue };
        let has_name = |other: &&&Id| other.known().is_some_and(|other| other.equals(name).is_true());
        repeated.extend(ids[..index].iter().find(has_name).map(|first| (*id, *first)));
    }
    repeated
}

/// The origin group that a behavior names.
pub fn group_of<'m>(distribution: &'m Distribution, behavior: &Behavior) -> Option<&'m OriginGroup> {
    let target = behavior.target.known()?;
    let is_it = |group: &&OriginGroup| group.id.known().is_some_and(|id| id.equals(target).is_true());
    distribution.origin_groups.iter().find(is_it)
}

fn ids(distribution: &Distribution) -> Vec<&Id> {
    let groups = distribution.origin_groups.iter().map(|group| &group.id);
    distribution.origins.iter().map(|origin| &origin.id).chain(groups).collect()
}

fn unknown_target<'m>(id: &'m Id, of: Namer<'m>, known: &[&'m Id]) -> Option<UnknownTarget<'m>> {
    let name = id.known()?;
    let is = |other: &&Id| match other.known() {
        Some(other) => name.equals(other),
        None if other.is_absent() => Tri::False,
        None => Tri::Unknown,
    };
    let is_there = known.iter().map(is).fold(Tri::False, Tri::or);
    is_there.is_false().then(|| UnknownTarget { id, name, of, known: known.to_vec() })
}
