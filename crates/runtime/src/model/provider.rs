//! Where models are asked: services that speak the OpenAI protocol, their addresses, and the variables with their keys.

use std::fmt;

/// Looks a variable of the environment up.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A service that is known by name.
struct Service {
    name: &'static str,
    /// Without `/chat/completions`. Empty if only a variable says it.
    url: &'static str,
    /// Overrides the address.
    url_variable: &'static str,
    /// Holds the key. Empty for services on this machine, which need none.
    key_variable: &'static str,
    /// The model that is asked if none is named; without one, the first that the service lists.
    model: Option<&'static str>,
}

/// In the order in which a key in the environment chooses one.
const SERVICES: [Service; 13] = [
    Service {
        name: "openai",
        url: "https://api.openai.com/v1",
        url_variable: "OPENAI_BASE_URL",
        key_variable: "OPENAI_API_KEY",
        model: Some("gpt-4o-mini"),
    },
    Service {
        name: "azure",
        url: "",
        url_variable: "AZURE_OPENAI_ENDPOINT",
        key_variable: "AZURE_OPENAI_API_KEY",
        model: None,
    },
    Service {
        name: "anthropic",
        url: "https://api.anthropic.com/v1",
        url_variable: "ANTHROPIC_BASE_URL",
        key_variable: "ANTHROPIC_API_KEY",
        model: None,
    },
    Service {
        name: "gemini",
        url: "https://generativelanguage.googleapis.com/v1beta/openai",
        url_variable: "GEMINI_BASE_URL",
        key_variable: "GEMINI_API_KEY",
        model: None,
    },
    Service {
        name: "groq",
        url: "https://api.groq.com/openai/v1",
        url_variable: "GROQ_BASE_URL",
        key_variable: "GROQ_API_KEY",
        model: None,
    },
    Service {
        name: "mistral",
        url: "https://api.mistral.ai/v1",
        url_variable: "MISTRAL_BASE_URL",
        key_variable: "MISTRAL_API_KEY",
        model: None,
    },
    Service {
        name: "deepseek",
        url: "https://api.deepseek.com/v1",
        url_variable: "DEEPSEEK_BASE_URL",
        key_variable: "DEEPSEEK_API_KEY",
        model: None,
    },
    Service {
        name: "openrouter",
        url: "https://openrouter.ai/api/v1",
        url_variable: "OPENROUTER_BASE_URL",
        key_variable: "OPENROUTER_API_KEY",
        model: None,
    },
    Service {
        name: "together",
        url: "https://api.together.xyz/v1",
        url_variable: "TOGETHER_BASE_URL",
        key_variable: "TOGETHER_API_KEY",
        model: None,
    },
    Service {
        name: "ollama",
        url: "http://localhost:11434/v1",
        url_variable: "OLLAMA_BASE_URL",
        key_variable: "",
        model: None,
    },
    Service {
        name: "vllm",
        url: "http://localhost:8000/v1",
        url_variable: "VLLM_BASE_URL",
        key_variable: "",
        model: None,
    },
    Service {
        name: "llamacpp",
        url: "http://localhost:8080/v1",
        url_variable: "LLAMACPP_BASE_URL",
        key_variable: "",
        model: None,
    },
    Service {
        name: "lmstudio",
        url: "http://localhost:1234/v1",
        url_variable: "LMSTUDIO_BASE_URL",
        key_variable: "",
        model: None,
    },
];

/// Holds the key for an address given on the command line.
const ADDRESS_KEY: &str = "DANAIDE_LLM_API_KEY";

/// Names a model, as `--llm` does.
pub(super) const MODEL_VARIABLE: &str = "DANAIDE_LLM";

/// The version of Azure's protocol if `OPENAI_API_VERSION` does not say another.
const AZURE_VERSION: &str = "2024-10-21";

/// A service with everything that asking it takes.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Provider {
    /// `openai`, or the address.
    pub(crate) name: String,
    /// Without a slash at its end.
    pub(crate) url: String,
    pub(crate) key: Option<String>,
    /// What a user has to look at if the key is refused.
    pub(crate) key_variable: &'static str,
    pub(crate) model: Option<String>,
    /// The version of the protocol, for Azure, whose addresses and headers are its own.
    pub(crate) azure: Option<String>,
}

/// Without the key.
impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Provider({} at {}, model {:?})", self.name, self.url, self.model)
    }
}

impl Provider {
    /// Reads `openai:gpt-4o`, `ollama` or `http://localhost:8080/v1#model`. None if it is neither a known service nor an
    /// address; an error says which variable is missing.
    pub(crate) fn parse(text: &str, variables: Variables<'_>) -> Option<Result<Provider, String>> {
        if text.starts_with("http://") || text.starts_with("https://") {
            let (url, model) = text.split_once('#').map_or((text, None), |(url, model)| (url, Some(model)));
            return Some(Ok(Provider {
                name: url.to_owned(),
                url: trim(url),
                key: variables(ADDRESS_KEY).filter(|key| !key.is_empty()),
                key_variable: ADDRESS_KEY,
                model: model.filter(|model| !model.is_empty()).map(str::to_owned),
                azure: None,
            }));
        }
        let (name, model) = text.split_once(':').map_or((text, None), |(name, model)| (name, Some(model)));
        let service = SERVICES.iter().find(|service| service.name == name)?;
        Some(service.provider(model.filter(|model| !model.is_empty()), variables))
    }

    /// The first service whose key is in the environment.
    pub(crate) fn from_environment(variables: Variables<'_>) -> Option<Result<Provider, String>> {
        let has_key = |service: &&Service| {
            !service.key_variable.is_empty() && variables(service.key_variable).is_some_and(|key| !key.is_empty())
        };
        SERVICES.iter().find(has_key).map(|service| service.provider(None, variables))
    }

    /// Where a question for this model is sent.
    pub(crate) fn chat_url(&self, model: &str) -> String {
        match &self.azure {
            Some(version) => {
                format!("{}/openai/deployments/{model}/chat/completions?api-version={version}", self.url)
            }
            None => format!("{}/chat/completions", self.url),
        }
    }

    pub(crate) fn models_url(&self) -> String {
        format!("{}/models", self.url)
    }
}

impl Service {
    fn provider(&self, model: Option<&str>, variables: Variables<'_>) -> Result<Provider, String> {
        let variable = |name: &str| if name.is_empty() { None } else { variables(name).filter(|it| !it.is_empty()) };
        let url = variable(self.url_variable).unwrap_or_else(|| self.url.to_owned());
        if url.is_empty() {
            return Err(format!("`{}` needs its address: set {}", self.name, self.url_variable));
        }
        let key = variable(self.key_variable);
        if key.is_none() && !self.key_variable.is_empty() {
            return Err(format!("`{}` needs a key: set {}", self.name, self.key_variable));
        }
        let is_azure = self.name == "azure";
        let azure = is_azure.then(|| variable("OPENAI_API_VERSION").unwrap_or_else(|| AZURE_VERSION.to_owned()));
        let model = model.map(str::to_owned).or_else(|| match self.name {
            "openai" => variable("OPENAI_MODEL").or_else(|| self.model.map(str::to_owned)),
            "azure" => variable("AZURE_OPENAI_DEPLOYMENT"),
            _ => self.model.map(str::to_owned),
        });
        if is_azure && model.is_none() {
            return Err("`azure` needs the name of a deployment: write azure:DEPLOYMENT or set \
                        AZURE_OPENAI_DEPLOYMENT"
                .to_owned());
        }
        let key_variable = self.key_variable;
        Ok(Provider { name: self.name.to_owned(), url: trim(&url), key, key_variable, model, azure })
    }
}

fn trim(url: &str) -> String {
    let url = url.trim_end_matches('/');
    url.strip_suffix("/chat/completions").unwrap_or(url).to_owned()
}

/// The names of all services, for messages.
pub(super) fn names() -> String {
    SERVICES.map(|service| service.name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(known: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> Option<String> {
        move |name| known.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    }

    fn show(text: &str, known: &'static [(&'static str, &'static str)]) -> String {
        match Provider::parse(text, &variables(known)) {
            None => "not a service".to_owned(),
            Some(Err(message)) => message,
            Some(Ok(provider)) => {
                let model = provider.model.as_deref().unwrap_or("?");
                format!("{} with {model}, key {:?}", provider.chat_url(model), provider.key)
            }
        }
    }

    #[test]
    fn a_service_takes_its_key_and_address_from_the_environment() {
        let key = &[("OPENAI_API_KEY", "sk-1")];
        assert_eq!(
            show("openai:gpt-4o", key),
            "https://api.openai.com/v1/chat/completions with gpt-4o, key Some(\"sk-1\")"
        );
        let elsewhere = &[("OPENAI_API_KEY", "sk-1"), ("OPENAI_BASE_URL", "http://gate/v1/"), ("OPENAI_MODEL", "m")];
        assert_eq!(show("openai", elsewhere), "http://gate/v1/chat/completions with m, key Some(\"sk-1\")");
        assert_eq!(show("openai", &[]), "`openai` needs a key: set OPENAI_API_KEY");
        assert_eq!(
            show("ollama:llama3:8b", &[]),
            "http://localhost:11434/v1/chat/completions with llama3:8b, key None"
        );
    }

    #[test]
    fn azure_has_addresses_of_its_own() {
        let known = &[("AZURE_OPENAI_API_KEY", "k"), ("AZURE_OPENAI_ENDPOINT", "https://me.openai.azure.com/")];
        assert_eq!(
            show("azure:four", known),
            "https://me.openai.azure.com/openai/deployments/four/chat/completions?api-version=2024-10-21 with four, key \
             Some(\"k\")"
        );
        assert!(show("azure", known).contains("AZURE_OPENAI_DEPLOYMENT"));
        assert!(show("azure:x", &[("AZURE_OPENAI_API_KEY", "k")]).contains("AZURE_OPENAI_ENDPOINT"));
    }

    #[test]
    fn an_address_gets_no_key_that_was_meant_for_a_service() {
        let known = &[("OPENAI_API_KEY", "sk-1")];
        assert_eq!(show("http://host:1/v1", known), "http://host:1/v1/chat/completions with ?, key None");
        let known = &[("DANAIDE_LLM_API_KEY", "k")];
        assert_eq!(show("http://h/v1#tiny", known), "http://h/v1/chat/completions with tiny, key Some(\"k\")");
        assert_eq!(show("gpt-4o", known), "not a service");
    }

    #[test]
    fn the_first_key_in_the_environment_chooses() {
        let chosen =
            |known| Provider::from_environment(&variables(known)).map(|found| found.map(|provider| provider.name));
        assert_eq!(chosen(&[("GROQ_API_KEY", "k"), ("MISTRAL_API_KEY", "k")]), Some(Ok("groq".into())));
        assert_eq!(chosen(&[("GROQ_API_KEY", "")]), None);
    }

    #[test]
    fn a_key_is_never_shown() {
        let provider = Provider::parse("openai", &variables(&[("OPENAI_API_KEY", "sk-1")])).unwrap().unwrap();
        assert!(!format!("{provider:?}").contains("sk-1"));
    }
}
