//! Call hierarchy and type hierarchy. An item is found again by the place of its name.

use danaide_analysis::{Cancellable, Db, File, SymbolKind as Kind};
use danaide_ide::{Call, Target, navigation::TargetKind};
use danaide_syntax::TextRange;
use lsp_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem, CallHierarchyOutgoingCall,
    CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, Range, SymbolKind, TypeHierarchyItem,
    TypeHierarchyPrepareParams, TypeHierarchySubtypesParams, TypeHierarchySupertypesParams, Url,
};
use tower_lsp::jsonrpc::Result;

use crate::capabilities::Client;
use crate::convert::symbol_kind;
use crate::query::{Context, ask};
use crate::server::Server;

fn kind_of(kind: TargetKind, client: &Client) -> SymbolKind {
    match kind {
        TargetKind::Symbol(kind) => symbol_kind(kind, client),
        TargetKind::Parameter => symbol_kind(Kind::Variable, client),
        TargetKind::Module => SymbolKind::MODULE,
    }
}

fn call_item(context: &Context<'_>, it: &Target, client: &Client) -> Cancellable<Option<CallHierarchyItem>> {
    let Some(uri) = context.uri_of(it.file)? else { return Ok(None) };
    Ok(Some(CallHierarchyItem {
        name: it.name.to_string(),
        kind: kind_of(it.kind, client),
        tags: None,
        detail: context.analysis.with_db(|db| it.file.path(db).to_string()).map(Some)?,
        uri,
        range: context.range(it.file, it.range)?,
        selection_range: context.range(it.file, it.name_range)?,
        data: None,
    }))
}

pub(crate) async fn prepare_calls(
    server: &Server,
    params: CallHierarchyPrepareParams,
) -> Result<Option<Vec<CallHierarchyItem>>> {
    let at = params.text_document_position_params;
    let client = server.session.client();
    let answer = ask(&server.session, at.text_document.uri, move |it| {
        let Some(offset) = it.offset(at.position)? else { return Ok(None) };
        let found = it.analysis.with_db(|db| danaide_ide::prepare_call_hierarchy(db, it.file, offset))?;
        let mut out = Vec::new();
        for target in &found {
            out.extend(call_item(it, target, &client)?);
        }
        Ok((!out.is_empty()).then_some(out))
    });
    Ok(answer.await?)
}

/// The callers or the called, each with its item and the ranges of the calls.
async fn calls(
    server: &Server,
    uri: Url,
    range: Range,
    calls: fn(&dyn Db, File, TextRange) -> Vec<Call>,
    ranges_are_here: bool,
) -> Result<Vec<(CallHierarchyItem, Vec<Range>)>> {
    let client = server.session.client();
    let answer = ask(&server.session, uri, move |it| {
        let range = it.text_range(range)?;
        let found = it.analysis.with_db(|db| calls(db, it.file, range))?;
        let mut out = Vec::new();
        for call in &found {
            let Some(item) = call_item(it, &call.target, &client)? else { continue };
            let file = if ranges_are_here { it.file } else { call.target.file };
            let ranges = call.ranges.iter().map(|range| it.range(file, *range)).collect::<Cancellable<Vec<_>>>()?;
            out.push((item, ranges));
        }
        Ok(out)
    });
    Ok(answer.await?)
}

pub(crate) async fn incoming(
    server: &Server,
    params: CallHierarchyIncomingCallsParams,
) -> Result<Option<Vec<CallHierarchyIncomingCall>>> {
    let found = calls(server, params.item.uri, params.item.selection_range, danaide_ide::incoming_calls, false).await?;
    Ok(Some(found.into_iter().map(|(from, from_ranges)| CallHierarchyIncomingCall { from, from_ranges }).collect()))
}

pub(crate) async fn outgoing(
    server: &Server,
    params: CallHierarchyOutgoingCallsParams,
) -> Result<Option<Vec<CallHierarchyOutgoingCall>>> {
    let found = calls(server, params.item.uri, params.item.selection_range, danaide_ide::outgoing_calls, true).await?;
    Ok(Some(found.into_iter().map(|(to, from_ranges)| CallHierarchyOutgoingCall { to, from_ranges }).collect()))
}

fn type_items(context: &Context<'_>, found: &[Target], client: &Client) -> Cancellable<Vec<TypeHierarchyItem>> {
    let mut out = Vec::new();
    for it in found {
        let Some(item) = call_item(context, it, client)? else { continue };
        out.push(TypeHierarchyItem {
            name: item.name,
            kind: item.kind,
            tags: None,
            detail: item.detail,
            uri: item.uri,
            range: item.range,
            selection_range: item.selection_range,
            data: None,
        });
    }
    Ok(out)
}

pub(crate) async fn prepare_types(
    server: &Server,
    params: TypeHierarchyPrepareParams,
) -> Result<Option<Vec<TypeHierarchyItem>>> {
    let at = params.text_document_position_params;
    let client = server.session.client();
    let answer = ask(&server.session, at.text_document.uri, move |it| {
        let Some(offset) = it.offset(at.position)? else { return Ok(None) };
        let found = it.analysis.with_db(|db| danaide_ide::prepare_type_hierarchy(db, it.file, offset))?;
        let out = type_items(it, &found, &client)?;
        Ok((!out.is_empty()).then_some(out))
    });
    Ok(answer.await?)
}

async fn types(
    server: &Server,
    item: TypeHierarchyItem,
    types: fn(&dyn Db, File, TextRange) -> Vec<Target>,
) -> Result<Option<Vec<TypeHierarchyItem>>> {
    let client = server.session.client();
    let answer = ask(&server.session, item.uri, move |it| {
        let range = it.text_range(item.selection_range)?;
        let found = it.analysis.with_db(|db| types(db, it.file, range))?;
        type_items(it, &found, &client).map(Some)
    });
    Ok(answer.await?)
}

pub(crate) async fn supertypes(
    server: &Server,
    params: TypeHierarchySupertypesParams,
) -> Result<Option<Vec<TypeHierarchyItem>>> {
    types(server, params.item, danaide_ide::supertypes).await
}

pub(crate) async fn subtypes(
    server: &Server,
    params: TypeHierarchySubtypesParams,
) -> Result<Option<Vec<TypeHierarchyItem>>> {
    types(server, params.item, danaide_ide::subtypes).await
}
