using CsCheck;

namespace CredHelper.Tests.GitLabRunner;

/// <summary>Random config.toml files like those written by registration, templates and people.</summary>
internal static class RandomConfig
{
    private static readonly Gen<string> Environment = OneOf.Const(
        "",
        "environment = []",
        "environment = [\"A=1\"]",
        "environment = [\n    \"A=1\", # one\n    'B=2'\n  ]",
        "environment = [\n    \"A=1\",\n  ]",
        "environment = ['DOCKER_AUTH_CONFIG={\"auths\":{\"r\":{}}}']",
        "environment = [\"X=é\", \"DOCKER_AUTH_CONFIG={\\\"credHelpers\\\":{\\\"h\\\":\\\"pass\\\"}}\"]",
        "environment = [ \"A=$B\" , \"C=${D}\" ] # note",
        "environment = [\n    # none yet\n  ]",
        "environment = [ # opened\n    \"A=1\" # one\n    , 'B=2' ]",
        "environment = [\"A=1\",\n    \"B=2\"]",
        "environment = [\"\"\"A=\n1\"\"\", '''B='2' ''']",
        "environment = [\n    \"\"\"DOCKER_AUTH_CONFIG={\n      \"auths\": {}\n    }\"\"\"\n  ]",
        "environment=[\"A=1\",]",
        "environment = [\n\n  'A=%1'\n\n  # end\n  ]",
        "\"environment\" = [\"A=\\u00e9\\\"]\"]",
        "environment = ['DOCKER_AUTH_CONFIG={}', 'Z=1']",
        "environment = [ ]",
        "environment = [\n  ]",
        "environment = [\"A=1\"  # one\n  ]"
    );

    private static readonly Gen<string> Volumes = OneOf.Const(
        "",
        "    volumes = [\"/cache\"]\n",
        "    volumes = [\n      \"/cache\", # c\n      \"/x:/x\"\n    ]\n",
        "    volumes = []\n",
        "\tvolumes = ['/cache', # c\n\t\t'/x:/x', ]\n",
        "    volumes = [\n      # \"/off\",\n    ] # empty\n"
    );

    private static readonly Gen<string> Runner = Gen.Select(
            Environment,
            Volumes,
            OneOf.Const("docker", "kubernetes", "shell", "docker-autoscaler"),
            OneOf.Const("", " # note", " ")
        )
        .Select(
            (environment, volumes, executor, note) =>
                $"[[runners]]{note}\n  name = \"NAME\"\n  executor = \"{executor}\"{note}\n"
                + $"{(environment.Length > 0 ? "  " + environment + "\n" : "")}"
                + (
                    executor.StartsWith("docker", StringComparison.Ordinal)
                        ? (
                            $"  [runners.docker]{note}\n    image = \"alpine\"\n{volumes}    "
                            + "[[runners.docker.services]]\n      name = \"docker:dind\"\n"
                        )
                        : ""
                )
                + "  [ runners . \"cache\" ]\n    Type = \"s3\" # \"\"\"\n    Path = \"\"\"\n[[runners]]\n\"\"\"\n\n"
        );

    public static Gen<string> Document { get; } =
        Gen.Select(
                Runner.List[1, 3],
                OneOf.Const("", "# ours\nconcurrent = 4\n\n", "\uFEFF", "\uFEFF# é\n"),
                OneOf.Const("\n", "\r\n"),
                OneOf.Const("\n", "")
            )
            .Select(
                (runners, head, newline, end) =>
                    (
                        head
                        + string.Concat(
                                runners.Select((runner, i) => runner.Replace("NAME", "r" + i, StringComparison.Ordinal))
                            )
                            .TrimEnd('\n')
                        + end
                    ).Replace("\n", newline, StringComparison.Ordinal)
            );
}
