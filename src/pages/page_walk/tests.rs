//! A walk whose pages come from a list of replies.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use futures_util::FutureExt;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::*;
use crate::binding::{Advance, Response, Sealed};

impl Sealed for Vec<u32> {}

impl PageBody for Vec<u32> {
    type Item = u32;
    const ITEMS: &'static [&'static [&'static str]] = &[];

    fn into_parts(self) -> PageParts<u32> {
        PageParts {
            items: self,
            next: None,
            has_more: None,
            total: None,
        }
    }
}

/// Returns a walk through pages that have these items and links.
fn walk<const N: usize>(pages: [(&[u32], &'static str); N]) -> PageWalk<Vec<u32>> {
    let replies = pages.map(|(items, link)| {
        let link = HeaderValue::from_static(link);
        let headers = HeaderMap::from_iter([(header::LINK, link)]);
        let metadata = Metadata::new(StatusCode::OK).with_headers(headers);
        Response::new(items.to_vec(), metadata)
    });
    let replies = Mutex::new(VecDeque::from(replies));
    let source = Source::new("list_numbers", None, Advance::Link("page"), move |_| {
        let mut replies = replies.lock().unwrap_or_else(PoisonError::into_inner);
        let reply = replies.pop_front().expect("a page");
        async { Ok(reply) }.boxed()
    });
    PageWalk::new(WalkOptions::new(source), NextPage::First)
}

#[tokio::test]
async fn a_page_that_could_not_lead_on_is_new_when_it_comes_again() {
    let mut walk = walk([
        (&[1], "</?page=2>; rel=next"),
        (&[2], "</?other=3>; rel=next"),
        (&[2], "</?page=3>; rel=next"),
        (&[3], ""),
    ]);
    let mut seen = Vec::new();
    while let Some(page) = walk.next().await {
        let page = page.map(|read| read.page.items);
        seen.push(page.map_err(|error| error.kind()));
    }
    let expected = [
        Ok(vec![1]),
        Err(ErrorKind::Decode),
        Ok(vec![2]),
        Ok(vec![3]),
    ];
    assert_eq!(seen, expected);
    assert_eq!(walk.seen, Some(3));
}
