using System.Text;

namespace CredHelper.Aws.Config;

/// <summary>
/// An AWS file, split into sections by the rules of botocore's <c>raw_config_parse</c>, that is, Python's
/// RawConfigParser: a line indented deeper than the option above it continues that option, <c>#</c> and <c>;</c> begin
/// whole-line comments, <c>=</c> or <c>:</c> ends a key, and <c>[DEFAULT]</c> holds defaults for every section. If
/// botocore rejects the whole file, this class continues: it merges sections with the same name, uses the last value of
/// a repeated key, skips a line that is neither a header nor an option together with the lines indented below it, and
/// skips an unclosed header together with everything up to the next header. It never throws.
/// </summary>
internal sealed class ConfigFile
{
    private const string SharedSection = "DEFAULT";
    private readonly Dictionary<string, ConfigSection> _byName = new(StringComparer.Ordinal);

    private ConfigFile(List<RawSection> sections, List<SkippedLine> skipped)
    {
        Skipped = skipped;
        RawSection? shared = sections.Find(section => section.Name == SharedSection);
        SharedLine = shared?.Line;
        ConfigSection? beneath = shared is null ? null : new ConfigSection(shared.Name, shared.Options, shared.Plain);
        foreach (RawSection cut in sections)
        {
            if (cut.Name == SharedSection)
                continue;
            var section = new ConfigSection(cut.Name, cut.Options, cut.Plain, beneath)
            {
                Line = cut.Line,
                KeyLines = cut.KeyLines,
            };
            Sections.Add(section);
            _byName.Add(cut.Name, section);
        }
    }

    /// <summary>In the order of their first headers.</summary>
    public List<ConfigSection> Sections { get; } = [];

    /// <summary>Lines that are neither a header nor an option, and options before the first header.</summary>
    public IReadOnlyList<SkippedLine> Skipped { get; }

    /// <summary>The line of the header <c>[DEFAULT]</c>, which is not a profile.</summary>
    public int? SharedLine { get; }

    public static ConfigFile Empty { get; } = new([], []);

    public ConfigSection? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>
    /// Parses UTF-8, or the encoding of a byte order mark (Notepad, PowerShell). Invalid bytes become U+FFFD.
    /// </summary>
    public static ConfigFile Parse(byte[] content)
    {
        using var reader = new StreamReader(
            new MemoryStream(content),
            Encoding.UTF8,
            detectEncodingFromByteOrderMarks: true
        );
        return Parse(reader.ReadToEnd());
    }

    public static ConfigFile Parse(ReadOnlySpan<char> text)
    {
        var cutter = new SectionCutter();
        text = text.TrimStart('\uFEFF');
        while (!text.IsEmpty)
            cutter.Add(PythonText.TakeFileLine(ref text));
        return new ConfigFile(cutter.Finish(), cutter.Skipped);
    }

    /// <summary>
    /// A section before its values are read: the line of its first header, its options and their lines.
    /// </summary>
    private sealed class RawSection(string name, int line)
    {
        public string Name => name;

        public int Line => line;

        /// <summary>Values that only this class reads as botocore does.</summary>
        public Dictionary<string, string> Options { get; } = new(StringComparer.Ordinal);

        /// <summary>Whole lines that <see cref="IniValues"/> parses, by key.</summary>
        public Dictionary<string, string> Plain { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, int> KeyLines { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>Processes lines one by one with the same state as configparser's <c>_read</c>.</summary>
    private sealed class SectionCutter
    {
        private readonly List<RawSection> _sections = [];
        private readonly Dictionary<string, RawSection> _byName = new(StringComparer.Ordinal);
        private readonly StringBuilder _value = new();
        private RawSection? _section;
        private string? _option;
        private string? _plainLine;
        private bool _passingBy;
        private int _indent,
            _number;

        public List<SkippedLine> Skipped { get; } = [];

        public void Add(ReadOnlySpan<char> line)
        {
            _number++;
            ReadOnlySpan<char> content = PythonText.Trim(line);
            if (content.IsEmpty)
            {
                if (_option is not null)
                    _value.Append('\n');
                return;
            }
            if (content[0] is '#' or ';')
                return;
            int indent = PythonText.Indent(line);
            if ((_option is not null || _passingBy) && indent > _indent)
            {
                _plainLine = null;
                if (_option is not null)
                    _value.Append('\n').Append(content);
                return;
            }
            CloseOption();
            _indent = indent;
            int bracket = content.LastIndexOf(']');
            if (content[0] == '[' && bracket > 1)
                OpenSection(content[1..bracket].ToString());
            else
                OpenOption(content);
        }

        public List<RawSection> Finish()
        {
            CloseOption();
            return _sections;
        }

        private void OpenSection(string name)
        {
            if (_byName.TryGetValue(name, out _section))
                return;
            _section = new RawSection(name, _number);
            _byName.Add(name, _section);
            _sections.Add(_section);
        }

        private void OpenOption(ReadOnlySpan<char> content)
        {
            int delimiter = content.IndexOfAny('=', ':');
            if (delimiter <= 0 || _sections.Count == 0)
                Skipped.Add(new SkippedLine(_number, _section?.Name, content.ToString()));
            if (_section is null)
                return;
            _passingBy = delimiter <= 0;
            // The lines after an unclosed header do not belong to the section above it: keys of one account must not be
            // used for another.
            if (delimiter < 0 && content[0] == '[')
                _section = null;
            if (_passingBy)
                return;
            _option = PythonText.TrimEnd(content[..delimiter]).ToString().ToLowerInvariant();
            _section!.KeyLines[_option] = _number;
            _plainLine = IniValues.IsPlain(content, delimiter) ? content.ToString() : null;
            _value.Append(PythonText.Trim(content[(delimiter + 1)..]));
        }

        private void CloseOption()
        {
            if (_option is not null)
                Keep(_section!, _option);
            _value.Clear();
            _option = null;
            _plainLine = null;
            _passingBy = false;
        }

        /// <summary>The last value of a repeated key counts, however it is read.</summary>
        private void Keep(RawSection section, string option)
        {
            section.Options.Remove(option);
            section.Plain.Remove(option);
            if (_plainLine is not null)
                section.Plain[option] = _plainLine;
            else
                section.Options[option] = PythonText.TrimEnd(_value.ToString()).ToString();
        }
    }
}
