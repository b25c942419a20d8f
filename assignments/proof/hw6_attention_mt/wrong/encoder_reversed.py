# misconception: each source is read backwards, silently
# loses: encoder_test encoder_states_hidden encoder_last_hidden
# %% encoder
class Encoder(nn.Module):
    def __init__(self, vocab_size, input_size, hidden_size):
        super().__init__()
        self.glossary = nn.Embedding(vocab_size, input_size)
        self.reads = nn.LSTM(input_size, hidden_size, batch_first=True, bidirectional=True)

    def forward(self, source, keep):
        tools, first = nn.utils.rnn, {"batch_first": True}
        counts = keep.sum(dim=1).cpu()
        told = self.glossary(source)
        column = torch.arange(keep.shape[1], device=source.device)
        mirrored = keep.sum(dim=1, keepdim=True) - 1 - column
        mirrored = torch.where(mirrored < 0, column, mirrored)
        told = told.gather(1, mirrored[:, :, None].expand_as(told))
        packed = tools.pack_padded_sequence(
            told, counts, **first, enforce_sorted=False
        )
        told, ends = self.reads(packed)
        told, _ = tools.pad_packed_sequence(told, **first, total_length=keep.shape[1])
        return told, tuple(torch.cat(end.unbind(), dim=1) for end in ends)
