//! Servers of the Model Context Protocol: a real one, made with the package `mcp` from PyPI, which is installed for it once.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use danaide_tests::{Run, command, folder, golden, root, run};

/// The folder with the `python3` that has the package.
fn python() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let environment = root().join(".cache/mcp");
        let bin = environment.join("bin");
        let works = |bin: &Path| {
            let test = Command::new(bin.join("python3")).args(["-c", "import mcp.server.mcpserver"]).status();
            test.is_ok_and(|status| status.success())
        };
        // Each test may be a process of its own: one makes the environment, and the others wait for it.
        fs::create_dir_all(&environment).expect("a folder for Python");
        let lock = fs::File::create(environment.with_extension("lock")).expect("a file to lock");
        lock.lock().expect("a lock");
        if !works(&bin) {
            let made = Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment).status();
            assert!(made.expect("python3 starts").success(), "no environment for Python");
            let installed = Command::new(bin.join("pip")).args(["install", "-q", "mcp==2.3.0"]).status();
            assert!(installed.expect("pip starts").success() && works(&bin), "the package mcp is not there");
        }
        bin
    })
}

/// `danaide run` in the folder, with that `python3`.
fn run_program(folder: &Path, args: &[&str]) -> Run {
    let path = format!("{}:{}", python().display(), std::env::var("PATH").unwrap_or_default());
    run(command(".", &[&["run"], args].concat()).current_dir(folder).env("PATH", path))
}

#[test]
fn the_example_uses_the_tools_of_a_server() {
    let example = root().join("examples/mcp");
    let Run { code, stdout, stderr } = run_program(&example, &["orders.na", "--allow", "process=python3"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    let text = format!("$ danaide run orders.na --allow process=python3\n{stdout}");
    if let Err(difference) = golden(&example.join("expected.txt"), &text) {
        panic!("{difference}");
    }
}

/// Ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_server_is_reached_over_http() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let script = root().join("examples/mcp/server.py");
    let mut server = Command::new(python().join("python3"));
    server.arg(script).arg(port.to_string()).stdout(Stdio::null()).stderr(Stdio::null());
    let _server = Server(server.spawn().unwrap());
    let start = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(start.elapsed() < Duration::from_secs(60), "the server does not start");
        std::thread::sleep(Duration::from_millis(50));
    }
    let program = format!(
        "orders = use('mcp', url='http://127.0.0.1:{port}/mcp')\n\
         print(orders.name, orders.find_order('A-17'), orders.discount(50))\n"
    );
    let folder = folder(&[("a.na", &program)]);
    let Run { stdout, stderr, .. } = run_program(folder.path(), &["a.na", "--allow", "net=127.0.0.1"]);
    assert_eq!(stdout, "orders {'item': 'lamp', 'price': 40.0} 45.0\n", "{stderr}");
    let Run { stderr, .. } = run_program(folder.path(), &["a.na"]);
    assert!(stderr.contains("PermissionError: reaching '127.0.0.1' is not granted"), "{stderr}");
}

/// The folder with servers of MCP from npm, which are installed for it once.
fn npm() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = root().join(".cache/mcp-npm");
        let bin = folder.join("node_modules/.bin");
        fs::create_dir_all(&folder).expect("a folder for npm");
        let lock = fs::File::create(folder.with_extension("lock")).expect("a file to lock");
        lock.lock().expect("a lock");
        let packages = ["@modelcontextprotocol/server-everything", "@modelcontextprotocol/server-filesystem"]
            .map(|name| format!("{name}@2026.8.31"));
        if !bin.join("mcp-server-everything").exists() || !bin.join("mcp-server-filesystem").exists() {
            let mut npm = Command::new("npm");
            npm.args(["install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]);
            let installed = npm.arg("--prefix").arg(&folder).args(packages).status();
            assert!(installed.expect("npm starts").success(), "the servers are not there");
        }
        bin
    })
}

#[test]
fn servers_from_npm_are_used() {
    let program = "\
with use('mcp', command=['mcp-server-everything', 'stdio']) as all:
    print([line for line in all.signatures() if 'sum' in line or 'structured' in line])
    print(all.echo(message='hello'), all.get_sum(2, 3.5), sorted(all.get_structured_content('Chicago')))
    print([part['type'] for part in all.get_tiny_image()])
    print([all.echo(f'{i}') for i in range(3)])
    for wrong in [lambda :: all.get_sum(1, 'x'), lambda :: all.get_structured_content('Paris'), lambda :: all.get_resource_links(11)]:
        try:
            wrong()
        except TypeError as e:
            print(e)

with use('mcp', command=['mcp-server-filesystem', '.']) as disk:
    disk.write_file(path='notes.txt', content='one two\\n')
    disk.edit_file('notes.txt', [{'oldText': 'two', 'newText': 'three'}])
    print(disk.read_text_file('notes.txt')['content'].strip())
    print(disk.list_directory(path='.')['content'].count('[FILE]'))
    for edits in [[{'oldText': 'one'}], [{'oldText': 'one', 'newText': 1}], 'all']:
        try:
            disk.edit_file('notes.txt', edits)
        except TypeError as e:
            print(e)
    try:
        disk.read_multiple_files([])
    except TypeError as e:
        print(e)
    try:
        disk.read_text_file('/etc/passwd')
    except ResourceError as e:
        print(e.code, 'Access denied' in str(e))
";
    let folder = folder(&[("a.na", program)]);
    let grants =
        ["run", "a.na", "--allow", "process=mcp-server-everything", "--allow", "process=mcp-server-filesystem"];
    let path = format!("{}:{}", npm().display(), std::env::var("PATH").unwrap_or_default());
    let Run { stdout, stderr, .. } = run(command(".", &grants).current_dir(folder.path()).env("PATH", path));
    let expected = "\
['get_structured_content(location: string)', 'get_sum(a: number, b: number)']
Echo: hello The sum of 2 and 3.5 is 5.5. ['conditions', 'humidity', 'temperature']
['text', 'image', 'text']
['Echo: 0', 'Echo: 1', 'Echo: 2']
get_sum(a: number, b: number): 'b' takes number, not str
get_structured_content(location: string): 'location' takes one of \"New York\", \"Chicago\", \"Los Angeles\", not \"Paris\"
get_resource_links(count: number = …): 'count' takes at most 10, not 11
one three
2
edit_file(path: string, edits: array, dryRun: boolean = …): 'edits[0]' needs 'newText'
edit_file(path: string, edits: array, dryRun: boolean = …): 'edits[0].newText' takes string, not int
edit_file(path: string, edits: array, dryRun: boolean = …): 'edits' takes array, not str
read_multiple_files(paths: array): 'paths' takes at least 1 items, not 0
tool-failed True
";
    assert_eq!(stdout, expected, "{stderr}");
}

#[test]
fn tools_of_any_name_are_called_and_arguments_checked_inside() {
    let server = r#"
from typing import Literal, Optional
from pydantic import BaseModel
from mcp.server.mcpserver import MCPServer

server = MCPServer("odd")

class Item(BaseModel):
    name: str
    count: int = 1

class Order(BaseModel):
    items: list[Item]
    size: Literal["small", "large"] = "small"
    note: Optional[str] = None

def tool(name):
    def run(text: str) -> str:
        return f"{name} {text}"
    server.add_tool(run, name=name)

for name in ["name", "tools", "call", "import", "2fa", "find-it"]:
    tool(name)

@server.tool()
def order(order: Order) -> int:
    return sum(item.count for item in order.items)

server.run()
"#;
    let program = "\
with use('mcp', command=['python3', 'server.py']) as odd:
    print(odd.name, odd.name_('a'), odd.tools_('b'), odd.call_('c'), odd.import_('d'), odd._2fa('e'), odd.find_it('f'))
    print(odd.call('name', {'text': 'g'}), odd.signatures()[0])
    print(odd.order({'items': [{'name': 'lamp'}, {'name': 'desk', 'count': 2}], 'note': none}))
    for wrong in [{'items': [{'count': 1}]}, {'items': [{'name': 'x', 'count': 'two'}]}, {'items': [], 'size': 'huge'}, {'items': [b'x']}]:
        try:
            odd.order(wrong)
        except TypeError as e:
            print(e)
";
    let folder = folder(&[("a.na", program), ("server.py", server)]);
    let Run { stdout, stderr, .. } = run_program(folder.path(), &["a.na", "--allow", "process=python3"]);
    let expected = "\
odd name a tools b call c import d 2fa e find-it f
name g name_(text: string)
3
order(order: any): 'order.items[0]' needs 'name'
order(order: any): 'order.items[0].count' takes integer, not str
order(order: any): 'order.size' takes one of \"small\", \"large\", not \"huge\"
order(order: any): 'order.items[0]' is bytes, which JSON cannot hold
";
    assert_eq!(stdout, expected, "{stderr}");
}

#[test]
fn a_server_that_is_none_is_a_resource_error() {
    let program = "\
for command in [['true'], ['no-such-server'], ['ls']]:
    try:
        use('mcp', command=command)
    except ResourceError as e:
        print(e.code)
    except Exception as e:
        print(type(e).__name__, e)
try:
    use('mcp', command=['sleep', '30'], timeout=0.3)
except TimeoutError as e:
    print(e)
for wrong in [lambda :: use('mcp'), lambda :: use('mcp', url='x', command=['y'])]:
    try:
        wrong()
    except TypeError as e:
        print(e)
try:
    use('rag')
except ResourceError as e:
    print(e)
";
    let folder = folder(&[("a.na", program)]);
    let grants = ["true", "no-such-server", "sleep"].map(|name| format!("process={name}"));
    let args: Vec<&str> = ["a.na"].into_iter().chain(grants.iter().flat_map(|grant| ["--allow", grant])).collect();
    let Run { stdout, stderr, .. } = run_program(folder.path(), &args);
    let expected = "\
no-server
FileNotFoundError there is no program 'no-such-server' on this machine; install it, or give its path
PermissionError starting 'ls' is not granted; run with --allow process=ls to allow it
the MCP server was not ready after 0.3 seconds
an MCP server needs either command=[…] or url=…
an MCP server needs either command=[…] or url=…
no resource 'rag' is available to this run
";
    assert_eq!(stdout, expected, "{stderr}");
}

#[test]
fn a_server_that_was_started_ends_with_the_run() {
    let script = root().join("examples/mcp/server.py");
    let wrapper = format!(
        "import os, runpy\nopen('pid', 'w').write(str(os.getpid()))\nrunpy.run_path({:?}, run_name='__main__')\n",
        script.display().to_string()
    );
    let program = "orders = use('mcp', command=['python3', 'w.py'])\nprint(orders.greet('Ada'))\n";
    let folder = folder(&[("a.na", program), ("w.py", &wrapper)]);
    let Run { stdout, stderr, .. } = run_program(folder.path(), &["a.na", "--allow", "process=python3"]);
    assert_eq!(stdout, "Dear Ada,\n", "{stderr}");
    let id = fs::read_to_string(folder.path().join("pid")).unwrap();
    let start = Instant::now();
    // A process that has ended and is not waited for is there still, as a zombie.
    let runs = || fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
    while runs() {
        assert!(start.elapsed() < Duration::from_secs(5), "the server {id} is still there");
        std::thread::sleep(Duration::from_millis(50));
    }
}
