//! Programs that send requests with the module `http`, as a user meets it.

use std::time::{Duration, Instant};

use danaide_tests::fake_service::{FakeService, Reply};
use danaide_tests::{Run, folder, run_in};
use serde_json::json;

/// Runs a program in which `URL` is the address of `service`, which it may reach.
fn send(service: &FakeService, program: &str) -> Run {
    let program = format!("import http\n{}", program.replace("URL", &service.url));
    let folder = folder(&[("a.na", program.as_str())]);
    run_in(folder.path(), &["run", "a.na", "--allow", "net=127.0.0.1"])
}

#[test]
fn an_answer_has_status_headers_and_body() {
    let service = FakeService::start(|_, _| Reply::json(200, &json!({"n": [1, 2]})).header("X-Kind", "test"));
    let program = "\
r = http.get('URL/a', params={'q': 'a b&c', 'tag': ['x', 'y'], 'none': none}, headers={'X-Me': 'ada'})
print(r.status, r.ok, r.json()['n'], r.header('x-kind'), r.headers['content-type'])
print(r.url == 'URL/a?q=a+b%26c&tag=x&tag=y', r.content == b'{\"n\":[1,2]}', r.raise_for_status() is r)
";
    let Run { stdout, stderr, .. } = send(&service, program);
    assert_eq!(stdout, "200 True [1, 2] test application/json\nTrue True True\n", "{stderr}");
    let [request] = service.requests().try_into().unwrap();
    assert_eq!((request.line.as_str(), request.header("x-me")), ("GET /a?q=a+b%26c&tag=x&tag=y", Some("ada")));
}

#[test]
fn bodies_are_json_forms_or_text() {
    let service = FakeService::start(|_, request| Reply::json(201, &request.body));
    let program = "\
print(http.post('URL', json={'a': [1, none]}).text)
http.put('URL', data={'a': 'x y', 'b': 2})
http.patch('URL', data='plain')
http.delete('URL')
print(http.request('options', 'URL', json=1, headers={'Content-Type': 'application/x'}).status)
";
    let Run { stdout, stderr, .. } = send(&service, program);
    assert_eq!(stdout, "{\"a\":[1,null]}\n201\n", "{stderr}");
    let requests = service.requests();
    let kinds: Vec<_> = requests.iter().map(|it| (it.line.as_str(), it.header("content-type"))).collect();
    assert_eq!(
        kinds,
        [
            ("POST /", Some("application/json")),
            ("PUT /", Some("application/x-www-form-urlencoded")),
            ("PATCH /", None),
            ("DELETE /", None),
            ("OPTIONS /", Some("application/x")),
        ]
    );
}

#[test]
fn an_error_status_is_an_answer_until_it_is_raised() {
    let service = FakeService::start(|_, _| Reply::json(503, &json!("down")));
    let program = "\
r = http.get('URL/x')
print(r.status, r.ok)
try:
    r.raise_for_status()
except ResourceError as error:
    print(error)
";
    let expected = format!("503 False\n{}/x answered with status 503: \"down\"\n", service.url);
    assert_eq!(send(&service, program).stdout, expected);
}

#[test]
fn a_host_has_to_be_granted_behind_a_redirect_too() {
    let service = FakeService::start(|_, request| match request.line.as_str() {
        "GET /away" => Reply::json(302, &json!(null)).header("location", "http://localhost:9/"),
        "GET /near" => Reply::json(302, &json!(null)).header("location", "/here"),
        line => Reply::json(200, &json!(line)),
    });
    let program = "\
print(http.get('URL/near').text, http.get('URL/near', follow_redirects=false).status)
for url in ['URL/away', 'http://example.com/']:
    try:
        http.get(url)
    except PermissionError as error:
        print(error)
";
    let Run { stdout, stderr, .. } = send(&service, program);
    let expected = format!(
        "\"GET /here\" 302\nGET {}/away: reaching 'localhost' is not granted; run with --allow net=localhost to allow \
         it\nreaching 'example.com' is not granted; run with --allow net=example.com to allow it\n",
        service.url
    );
    assert_eq!(stdout, expected, "{stderr}");
}

#[test]
fn failures_have_types_that_a_program_can_handle() {
    let service = FakeService::start(|_, _| Reply::json(200, &json!(1)).after(Duration::from_secs(60)));
    let program = "\
def attempt(url: str, **options):
    try:
        http.get(url, **options)
    except (ValueError, TypeError, TimeoutError, ConnectionError) as error:
        print(type(error).__name__, error)
attempt('URL/slow', timeout=0.2)
attempt('http://127.0.0.1:9/')
attempt('nothing')
attempt('ftp://127.0.0.1/')
attempt('URL', timeout=0)
attempt('URL', params=3)
attempt('URL', headers={'a b': 'c'})
";
    let start = Instant::now();
    let Run { stdout, stderr, .. } = send(&service, program);
    assert!(start.elapsed() < Duration::from_secs(30));
    let lines: Vec<&str> = stdout.lines().collect();
    let beginnings = [
        format!("TimeoutError GET {}/slow: no answer within 0.2 seconds", service.url),
        "ConnectionError GET http://127.0.0.1:9/: ".to_owned(),
        "ValueError 'nothing' is not an address: ".to_owned(),
        "ValueError 'ftp://127.0.0.1/' is not an address of HTTP".to_owned(),
        "ValueError timeout must be a positive number of seconds".to_owned(),
        "TypeError params must be dict | None, not int".to_owned(),
        "ValueError 'a b' is not the name of a header".to_owned(),
    ];
    assert_eq!(lines.len(), beginnings.len(), "{stdout}{stderr}");
    for (line, beginning) in lines.iter().zip(beginnings) {
        assert!(line.starts_with(&beginning), "{line}\n{beginning}");
    }
}
