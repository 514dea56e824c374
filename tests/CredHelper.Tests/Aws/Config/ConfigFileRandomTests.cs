using System.Text;
using System.Text.Json;
using CredHelper.Aws.Config;
using CsCheck;

namespace CredHelper.Tests.Aws.Config;

/// <summary>Generated files: the reader returns what was written, and no file makes it throw.</summary>
public sealed class ConfigFileRandomTests
{
    private const string Awkward = "ab Z09-_.,/\\\"'`#;=:[](){}%$~+*!?@&|<>^äß日🐳\t\0\u00A0\u2028\u0085\f";

    private static readonly Gen<string> Key = Gen.Select(
        Gen.Char["abcdefghijklmnopqrstuvwxyz"],
        Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyz0123456789_-"], 0, 12],
        (first, rest) => first + rest
    );

    private static readonly Gen<string> Value = Runes(20).Select(text => PythonText.Trim(text).ToString());

    // Inside a block, Python treats these characters as line ends.
    private static readonly Gen<string> BlockValue = Value.Select(value =>
        string.Concat(value.Where(c => c is not ('\u2028' or '\u0085' or '\f'))).Trim()
    );

    private static readonly Gen<Profile> AnyProfile = Gen.Select(
        Runes(10),
        Pairs(Value, 0),
        Gen.Select(Key, Pairs(BlockValue, 1)).Array[0, 2],
        (name, settings, blocks) =>
            new Profile(
                name,
                settings,
                blocks
                    .DistinctBy(block => block.Item1)
                    .Where(block => !settings.ContainsKey(block.Item1))
                    .ToDictionary(block => block.Item1, block => block.Item2)
            )
    );

    [Fact]
    public void IsReadAsItWasWritten() =>
        Gen.Select(AnyProfile.Array[0, 5], Gen.Int, (profiles, seed) => (profiles, seed))
            .Sample(
                sample =>
                {
                    List<Profile> profiles = [.. sample.profiles.DistinctBy(profile => profile.Name)];
                    string text = new Writer(sample.seed).Write(profiles);
                    using var home = new AwsHome(text);
                    AwsProfiles read = home.Load();
                    Assert.Equal(profiles.Select(profile => profile.Name), read.Names);
                    foreach (Profile profile in profiles)
                    {
                        Assert.Equal(
                            Corpus
                                .Lines(
                                    profile.Name,
                                    profile.Settings,
                                    profile.Blocks.Select(block => (block.Key, block.Value.AsEnumerable()))
                                )
                                .Order(StringComparer.Ordinal),
                            Corpus
                                .Lines(profile.Name, read.Find(profile.Name)!.InConfigFile!)
                                .Order(StringComparer.Ordinal)
                        );
                    }
                },
                iter: 400
            );

    [Fact]
    public void NeverThrowsOnBytes() =>
        Gen.Byte.Array[0, 300].Sample(bytes => ReadAll(ConfigFile.Parse(bytes)), iter: 3000);

    [Fact]
    public void NeverThrowsOnIniLikeText() =>
        IniLike(120).Sample(text => ReadAll(ConfigFile.Parse(Encoding.UTF8.GetBytes(text))), iter: 5000);

    [Fact]
    public void IsReadAsBotocoreReadsIt()
    {
        string folder = Directory.CreateTempSubdirectory("aws-random-").FullName;
        try
        {
            CompareWithBotocore(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void CompareWithBotocore(string folder)
    {
        int written = 0;
        Lines(25)
            .Sample(
                text => File.WriteAllText(Path.Combine(folder, $"{Interlocked.Increment(ref written)}"), text),
                iter: 1500
            );
        JsonElement answers = Corpus.AskBotocoreAsync(folder).GetAwaiter().GetResult();
        int compared = 0;
        foreach (JsonProperty answer in answers.EnumerateObject())
        {
            if (!answer.Value.TryGetProperty("sections", out JsonElement sections))
                continue;
            string path = Path.Combine(folder, answer.Name);
            string read = string.Join('\n', Corpus.Lines(ConfigFile.Parse(File.ReadAllBytes(path)).Sections));
            Assert.True(
                string.Join('\n', Corpus.Lines(sections)) == read,
                $"{JsonEncodedText.Encode(File.ReadAllText(path))}\nbotocore: {sections}\nhere:\n{read}"
            );
            compared++;
        }
        Assert.True(compared > written / 2, $"botocore read only {compared} of {written} files");
    }

    private static void ReadAll(ConfigFile file)
    {
        foreach (ConfigSection section in file.Sections)
        {
            foreach ((string key, string value) in section.Settings)
            {
                Assert.NotNull(value);
                _ = SettingValue.Word(value) + SettingValue.Shown(value) + SettingValue.Printable(key);
            }
            Assert.All(section.Blocks.Values, Assert.NotNull);
            _ = SectionName.After("profile", section.Name);
        }
    }

    private static Gen<Dictionary<string, string>> Pairs(Gen<string> value, int fewest) =>
        Gen.Select(Key, value)
            .Array[fewest, 6]
            .Select(pairs => pairs.DistinctBy(pair => pair.Item1).ToDictionary(pair => pair.Item1, pair => pair.Item2));

    private static Gen<string> Runes(int longest) =>
        OneOf<Rune>([.. Awkward.EnumerateRunes()]).Array[0, longest].Select(runes => string.Concat(runes));

    private static Gen<T> OneOf<T>(params T[] choices) =>
        Gen.Int[0, choices.Length - 1].Select(index => choices[index]);

    private static Gen<string> IniLike(int pieces) =>
        OneOf(
            "[default]",
            "[profile a]",
            "[profile b]",
            "[DEFAULT]",
            "[",
            "]",
            "s3",
            "region",
            "Region",
            "output",
            "k1",
            "k2",
            "k3",
            "=",
            " = ",
            ":",
            "\n",
            "\n",
            "\n",
            "\n",
            "\r\n",
            "\r",
            " ",
            "  ",
            "\t",
            "#",
            ";",
            "\"",
            "'",
            "\\",
            "eu-west-1",
            "x",
            "\f",
            "\v",
            "\u001C",
            "\u0085",
            "\u2028",
            "\u00A0",
            "/",
            "%(x)s",
            "\n# c\n",
            "\n[profile c]\n",
            "\nk4 = v\n",
            "\nk5 =\n  a = b\n"
        )
            .Array[0, pieces]
            .Select(parts => string.Concat(parts));

    /// <summary>
    /// Lines in any order and indentation, without duplicates, for which botocore rejects the whole file.
    /// </summary>
    private static Gen<string> Lines(int most) =>
        Gen.Select(
                OneOf("", "", "", " ", "  ", "\t", "\u00A0", "\u001F"),
                Gen.Int[0, 11],
                Runes(8),
                OneOf("\n", "\n", "\r\n", "\r")
            )
            .Array[0, most]
            .Select(lines =>
                "[default]\n"
                + string.Concat(
                    lines.Select(
                        (line, i) =>
                            line.Item1
                            + (
                                line.Item2 switch
                                {
                                    0 => $"[profile p{i}]{line.Item3}",
                                    1 => $"[profile \"p{i}{line.Item3}\"]",
                                    2 => $"[{line.Item3}{i}]",
                                    3 => "#" + line.Item3,
                                    4 => ";" + line.Item3,
                                    5 => "",
                                    6 or 7 => $"k{i} =",
                                    8 => $"K{i}{line.Item3}:{line.Item3}",
                                    _ => $"k{i} = {line.Item3}",
                                }
                            )
                            + line.Item4
                    )
                )
            );

    private sealed record Profile(
        string Name,
        Dictionary<string, string> Settings,
        Dictionary<string, Dictionary<string, string>> Blocks
    );

    /// <summary>
    /// Writes profiles with random line ends, spaces, comments, delimiters, key case and order, all of which have only
    /// one meaning.
    /// </summary>
    private sealed class Writer(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly StringBuilder _text = new();

        public string Write(List<Profile> profiles)
        {
            if (Sometimes())
                _text.Append('\uFEFF');
            foreach (Profile profile in profiles)
            {
                Noise();
                Line(Header(profile.Name) + (Sometimes() ? " # a comment" : ""));
                string indent = Pick("", "", "  ", "\t");
                foreach (Action write in Shuffled(profile, indent))
                {
                    Noise();
                    write();
                }
            }
            return _text.ToString();
        }

        private IEnumerable<Action> Shuffled(Profile profile, string indent)
        {
            List<Action> all =
            [
                .. profile.Settings.Select(setting =>
                    (Action)(
                        () => Line(indent + Cased(setting.Key) + Pick("=", " = ", ":", "\t:  ", " =") + setting.Value)
                    )
                ),
                .. profile.Blocks.Select(block =>
                    (Action)(
                        () =>
                        {
                            Line(indent + Cased(block.Key) + Pick("=", " = ", ":"));
                            foreach ((string key, string value) in block.Value)
                            {
                                Noise();
                                Line(indent + Pick("  ", "\t\t") + key + Pick("=", " = ", "=  ") + value);
                            }
                        }
                    )
                ),
            ];
            return all.OrderBy(_ => _random.Next());
        }

        private string Header(string name)
        {
            bool isPlain = name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
            if (name == "default" && Sometimes())
                return "[default]";
            if (isPlain && Sometimes())
                return $"[profile {name}]";
            string escaped = name.Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal);
            return $"[profile \"{escaped}\"]";
        }

        private void Noise()
        {
            while (_random.Next(4) == 0)
                Line(Pick("", "   ", "# [profile no]", "  ; region = no", "\t#"));
        }

        private void Line(string line) =>
            _text.Append(line).Append(Pick("", "", " ", "\t")).Append(Pick("\n", "\n", "\r\n", "\r"));

        private string Cased(string key) => Sometimes() ? key.ToUpperInvariant() : key;

        private bool Sometimes() => _random.Next(3) == 0;

        private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];
    }
}
