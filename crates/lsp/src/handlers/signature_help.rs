//! Signature help.

use danaide_ide::SignatureInfo;
use lsp_types::{
    Documentation, ParameterInformation, ParameterLabel, SignatureHelp, SignatureHelpParams, SignatureInformation,
};
use tower_lsp::jsonrpc::Result;

use super::hover::markup;
use crate::capabilities::SignatureClient;
use crate::query::ask;
use crate::server::Server;

pub(crate) async fn signature_help(server: &Server, params: SignatureHelpParams) -> Result<Option<SignatureHelp>> {
    let at = params.text_document_position_params;
    let client = server.session.client().signature;
    let answer = ask(&server.session, at.text_document.uri, move |it| {
        let Some(offset) = it.offset(at.position)? else { return Ok(None) };
        let help = it.analysis.with_db(|db| danaide_ide::signature_help(db, it.file, offset))?;
        Ok(help.map(|help| {
            let active = help.signatures.first().and_then(|it| it.active).map(number);
            SignatureHelp {
                signatures: help.signatures.into_iter().map(|it| signature(it, client)).collect(),
                active_signature: Some(0),
                active_parameter: active,
            }
        }))
    });
    Ok(answer.await?)
}

fn number(it: usize) -> u32 {
    u32::try_from(it).unwrap_or(u32::MAX)
}

fn signature(it: SignatureInfo, client: SignatureClient) -> SignatureInformation {
    // Offsets in labels are always in UTF-16.
    let units = |end: usize| number(it.label[..end].encode_utf16().count());
    let parameters = it.parameters.iter().map(|(start, end)| ParameterInformation {
        label: if client.label_offsets {
            ParameterLabel::LabelOffsets([units(*start), units(*end)])
        } else {
            ParameterLabel::Simple(it.label[*start..*end].to_owned())
        },
        documentation: None,
    });
    let parameters = parameters.collect();
    let documentation = (!it.documentation.is_empty())
        .then(|| Documentation::MarkupContent(markup(it.documentation.clone(), client.markdown)));
    SignatureInformation {
        documentation,
        parameters: Some(parameters),
        active_parameter: it.active.map(number).filter(|_| client.active_parameter),
        label: it.label,
    }
}
